package dev.weft.mesh.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** home-1 calls aws-1, which has an address of each family, over minutes. */
class EndpointTrialsTest {
  private static final String V4 = "192.0.2.11:51820";
  private static final String INSIDE = "10.1.0.11:51820";
  private static final String V6 = "[2001:db8::11]:51820";
  private static final long START = 1_000_000;
  private static final int TWO_INITIATIONS = 296;

  private DesiredState desired = desired();
  private EndpointTrials trials = EndpointTrials.NONE;

  @Test
  void theFirstCandidateIsCalledFirst() {
    assertEquals(V4, look(Optional.empty(), 0, 0, 0));
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
    assertEquals(
        V6, look(Optional.empty(), 0, 0, START + 300), "the device is new, the winner known");
  }

  @Test
  void aStateWithOneCandidateEachIsLeftAsItIs() {
    var single = Clouds.three();
    var state = Objects.requireNonNull(single.states(single.view()).get("home-1"));
    assertSame(state, EndpointTrials.NONE.advance(state, List.of(), START).desired());
  }

  @Test
  void internalAddressesAreTriedAfterAllOthers() {
    desired = desired(InternalEndpoints.LAST_RESORT);
    assertEquals(V4, look(at(V4), 0, 0, START));
    assertEquals(V6, look(at(V4), 0, TWO_INITIATIONS, START + 8));
    assertEquals(INSIDE, look(at(V6), 0, 2 * TWO_INITIATIONS, START + 16));
    assertEquals(V4, look(at(INSIDE), 0, 3 * TWO_INITIATIONS, START + 24), "and comes round");
    assertEquals(INSIDE, look(at(INSIDE), START + 25, 2_000, START + 26), "it answers");
    assertEquals(INSIDE, look(at(INSIDE), START + 25, 9_000, START + 200), "and is kept");
  }

  @Test
  void whereAnotherAnsweredOnceInternalAddressesAreNotTriedInASilence() {
    desired = desired(InternalEndpoints.LAST_RESORT);
    look(at(V4), 0, 0, START);
    look(at(V4), START + 1, 500, START + 10);
    look(at(V4), START + 1, 1_000, START + 190);
    var called = V4;
    for (int i = 1; i < 9; i++) {
      var next =
          look(at(called), START + 1, 1_000 + (long) i * TWO_INITIATIONS, START + 190 + 8L * i);
      assertEquals(called.equals(V4) ? V6 : V4, next);
      called = next;
    }
  }

  /** aws-1 is a peer of two devices; it answers at another endpoint in each. */
  @Test
  void eachDeviceHasATrialOfItsOwn() {
    var weft0 = desired.device("weft0").orElseThrow();
    var weft1 =
        new DesiredDevice(
            "weft1", new DeviceId(1, 0), weft0.keys(), 51821, 0, weft0.mtu(), weft0.peers());
    desired = desired.withDevices(List.of(weft0, weft1));
    var seen =
        List.of(seen("weft0", at(V4), START - 1, 500), seen("weft1", at(V6), START - 1, 500));
    var step = trials.advance(desired, seen, START);
    assertEquals(V4, called(step.desired().device("weft0").orElseThrow()));
    assertEquals(V6, called(step.desired().device("weft1").orElseThrow()));
  }

  private String look(Optional<Endpoint> endpoint, long handshake, long sent, long now) {
    return device(step(endpoint, handshake, sent, now).desired());
  }

  private EndpointTrials.Step step(
      Optional<Endpoint> endpoint, long handshake, long sent, long now) {
    var step = trials.advance(desired, List.of(seen(endpoint, handshake, sent)), now);
    trials = step.next();
    return step;
  }

  private static Optional<Endpoint> at(String endpoint) {
    return Optional.of(Endpoint.parse(endpoint));
  }

  private static SeenDevice seen(Optional<Endpoint> endpoint, long handshake, long sent) {
    return seen("weft0", endpoint, handshake, sent);
  }

  private static SeenDevice seen(
      String device, Optional<Endpoint> endpoint, long handshake, long sent) {
    var peer =
        new SeenPeer(
            Clouds.key("aws-1"), endpoint, List.of(), 25, PresharedKey.NONE, handshake, 0, sent);
    return new SeenDevice(
        device, Optional.empty(), 51820, 0, true, endpoint.isEmpty() ? List.of() : List.of(peer));
  }

  private static String device(DesiredState state) {
    return called(state.device(DeviceId.DEFAULT).orElseThrow());
  }

  private static String called(DesiredDevice device) {
    return device.peers().stream()
        .filter(p -> p.publicKey().equals(Clouds.key("aws-1")))
        .findFirst()
        .orElseThrow()
        .endpoints()
        .getFirst()
        .toString();
  }

  private static DesiredState desired() {
    return desired(InternalEndpoints.NEVER);
  }

  private static DesiredState desired(InternalEndpoints internal) {
    var clouds =
        new Clouds()
            .internalEndpoints(internal)
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
