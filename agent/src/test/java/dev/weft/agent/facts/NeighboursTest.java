package dev.weft.agent.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final IpAddress A = IpAddress.parse("10.0.0.2");
  private static final IpAddress B = IpAddress.parse("10.0.0.3");

  private static MacAddress mac(String text) {
    return MacAddress.derivedFrom(text);
  }

  @Test
  void whatTheKernelForgetsStays() {
    var first = Neighbours.NONE.after(Map.of(A, 2, B, 2), Map.of(A, mac("a"), B, mac("b")));
    assertEquals(first, first.after(Map.of(A, 2, B, 2), Map.of(B, mac("b"))));
  }

  @Test
  void anotherLinkAddressTakesTheOldOnesPlace() {
    var first = Neighbours.NONE.after(Map.of(A, 2), Map.of(A, mac("a")));
    assertEquals(Map.of(A, mac("c")), first.after(Map.of(A, 2), Map.of(A, mac("c"))).known());
  }

  @Test
  void aNodeThatIsGoneIsForgotten() {
    var first = Neighbours.NONE.after(Map.of(A, 2, B, 2), Map.of(A, mac("a"), B, mac("b")));
    assertEquals(Map.of(B, mac("b")), first.after(Map.of(B, 2), Map.of()).known());
  }
}
