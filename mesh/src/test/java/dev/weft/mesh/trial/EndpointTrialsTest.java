package dev.weft.mesh.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** home-1 calls aws-1, which has an address of each family, over minutes. */
class EndpointTrialsTest {
  private static final String V4 = "192.0.2.11:51820";
  private static final String V6 = "[2001:db8::11]:51820";
  private static final long START = 1_000_000;
  private static final int TWO_INITIATIONS = 296;

  private final DesiredState desired = desired();
  private EndpointTrials trials = EndpointTrials.NONE;

  @Test
  void theFirstCandidateIsCalledFirst() {
    assertEquals(V4, look(List.of(), 0, 0, 0));
  }

  @Test
  void aCandidateThatDoesNotAnswerGivesWayToTheNextAndComesRoundAgain() {
    assertEquals(V4, look(at(V4), 0, 0, START));
    assertEquals(V4, look(at(V4), 0, TWO_INITIATIONS, START + 7), "not waited for long enough");
    assertEquals(V6, look(at(V4), 0, TWO_INITIATIONS, START + 8));
    assertEquals(V6, look(at(V6), 0, 2 * TWO_INITIATIONS, START + 15));
    assertEquals(V4, look(at(V6), 0, 2 * TWO_INITIATIONS, START + 16));
  }

  @Test
  void silenceWithoutACallSaysNothing() {
    look(at(V4), 0, 0, START);
    assertEquals(V4, look(at(V4), 0, 148, START + 600));
    assertFalse(step(at(V4), 0, 148, START + 601).undecided());
  }

  @Test
  void whatAnsweredIsKeptAndCalledFirstAfterASilence() {
    look(at(V4), 0, 0, START);
    look(at(V4), 0, TWO_INITIATIONS, START + 8);
    assertEquals(V6, look(at(V6), START + 9, 500, START + 10));
    assertEquals(V6, look(at(V6), START + 9, 9_000, START + 189));
    assertEquals(V6, look(at(V6), START + 9, 9_000, START + 200), "stale, but not called yet");
    assertEquals(V4, look(at(V6), START + 9, 9_000 + TWO_INITIATIONS, START + 208));
    assertEquals(V6, look(List.of(), 0, 0, START + 300), "the device is new, the winner known");
  }

  @Test
  void aStateWithOneCandidateEachIsLeftAsItIs() {
    var single = Clouds.three();
    var state = Objects.requireNonNull(single.states(single.view()).get("home-1"));
    assertSame(state, EndpointTrials.NONE.advance(state, List.of(), START).desired());
  }

  private String look(List<Endpoint> endpoint, long handshake, long sent, long now) {
    return device(step(endpoint, handshake, sent, now).desired());
  }

  private EndpointTrials.Step step(List<Endpoint> endpoint, long handshake, long sent, long now) {
    var step = trials.advance(desired, List.of(seen(endpoint, handshake, sent)), now);
    trials = step.next();
    return step;
  }

  private static List<Endpoint> at(String endpoint) {
    return List.of(Endpoint.parse(endpoint));
  }

  private static SeenDevice seen(List<Endpoint> endpoint, long handshake, long sent) {
    var peer =
        new SeenPeer(
            Clouds.key("aws-1"), endpoint, List.of(), 25, PresharedKey.NONE, handshake, 0, sent);
    return new SeenDevice(
        "weft0", List.of(), 51820, 0, true, endpoint.isEmpty() ? List.of() : List.of(peer));
  }

  private static String device(DesiredState state) {
    return state.devices().getFirst().peers().stream()
        .filter(p -> p.publicKey().equals(Clouds.key("aws-1")))
        .findFirst()
        .orElseThrow()
        .endpoints()
        .getFirst()
        .toString();
  }

  private static DesiredState desired() {
    var clouds =
        new Clouds()
            .node(
                "aws-1",
                "aws",
                List.of("10.1.0.11/24", "2001:db8::11/64"),
                "192.0.2.11",
                List.of("10.42.1.0/24"),
                Map.of())
            .node("home-1", "home", "192.168.77.11/24", "", "10.42.5.0/24", Map.of());
    return Objects.requireNonNull(clouds.states(clouds.view()).get("home-1"));
  }
}
