package dev.weft.agent.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.view.LinkFacts;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnderlayLinksTest {
  private static SeenLink link(int index, String name, String kind, String... addresses) {
    var parsed = Stream.of(addresses).map(InterfaceAddress::parse).toList();
    return new SeenLink(index, name, kind, 1500, true, parsed, -1, -1, -1);
  }

  private static List<String> names(String device, SeenLink... links) {
    return UnderlayLinks.of(List.of(links), device).stream().map(LinkFacts::name).toList();
  }

  @Test
  void uplinksCountOwnAndContainerLinksDoNot() {
    assertEquals(
        List.of("eth0", "docker0", "wlan0"),
        names(
            "weft0",
            link(7, "wlan0", "", "192.168.1.4/24"),
            link(1, "lo", "", "127.0.0.1/8", "::1/128"),
            link(2, "eth0", "veth", "10.0.0.2/24"),
            link(3, "weft0", "wireguard", "10.4.0.1/32"),
            link(4, "weftbr0", "bridge", "10.42.0.1/24"),
            link(5, "docker0", "bridge", "172.17.0.1/16"),
            link(6, "veth12ab", "veth"),
            link(8, "kube-ipvs0", "dummy", "10.96.0.1/32")));
  }

  @Test
  void lanesOfANamedDeviceAreOwn() {
    assertEquals(
        List.of("wg5x"),
        names(
            "wg5",
            link(1, "wg5", "wireguard", "10.4.0.1/32"),
            link(2, "wg51", "wireguard", "10.4.0.1/32"),
            link(3, "wg5x", "wireguard", "10.9.0.1/32")));
  }

  @Test
  void serviceAddressOnLoopbackCounts() {
    var facts =
        UnderlayLinks.of(List.of(link(1, "lo", "", "127.0.0.1/8", "203.0.113.9/32")), "weft0");
    assertEquals(List.of(InterfaceAddress.parse("203.0.113.9/32")), facts.getFirst().addresses());
  }
}
