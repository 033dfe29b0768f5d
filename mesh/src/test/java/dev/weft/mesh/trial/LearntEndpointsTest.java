package dev.weft.mesh.trial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** aws-1, whose peers are gcp-1, which has an endpoint, and home-1 and Peers, which have none. */
class LearntEndpointsTest {
  private static final Endpoint HERE = Endpoint.parse("203.0.113.77:40000");
  private static final Endpoint THERE = Endpoint.parse("203.0.113.78:40001");

  private final DesiredState desired = desired();
  private final PublicKey home = Clouds.key("home-1");

  private static DesiredState desired() {
    var clouds = Clouds.three();
    return Objects.requireNonNull(clouds.states(clouds.view()).get("aws-1"));
  }

  private static List<SeenDevice> seen(PublicKey key, Optional<Endpoint> endpoint, long handshake) {
    var peer = new SeenPeer(key, endpoint, List.of(), 25, PresharedKey.NONE, handshake, 1, 1);
    return List.of(new SeenDevice("weft0", Optional.empty(), 51820, 0, false, List.of(peer)));
  }

  private static List<Endpoint> endpoints(DesiredState state, PublicKey key) {
    return state.devices().stream()
        .flatMap(d -> d.peers().stream())
        .filter(p -> p.publicKey().equals(key))
        .flatMap(p -> p.endpoints().stream())
        .toList();
  }

  private LearntEndpoints learnt() {
    return LearntEndpoints.NONE.after(desired, seen(home, Optional.of(HERE), 1000));
  }

  @Test
  void aDeviceThatIsMadeAnewCallsAPeerWhereItWasLast() {
    assertEquals(List.of(), endpoints(desired, home), "its fixture");
    assertEquals(List.of(HERE), endpoints(learnt().restored(desired, List.of()), home));
    assertEquals(
        List.of(HERE),
        endpoints(learnt().restored(desired, seen(home, Optional.empty(), 0)), home),
        "or one that lost its peer");
  }

  @Test
  void whatTheKernelKnowsStays() {
    assertEquals(desired, learnt().restored(desired, seen(home, Optional.of(THERE), 0)));
    var moved = learnt().after(desired, seen(home, Optional.of(THERE), 2000));
    assertEquals(Map.of(new PeerId("weft0", home), THERE), moved.endpoints());
  }

  @Test
  void anEndpointThatNeverAnsweredTeachesNothing() {
    assertEquals(
        learnt(), learnt().after(desired, seen(home, Optional.of(THERE), 0)), "set by hand");
    assertEquals(learnt(), learnt().after(desired, List.of()), "the device is gone");
  }

  @Test
  void aConfiguredEndpointIsNeverOverridden() {
    var gcp = Clouds.key("gcp-1");
    var configured = endpoints(desired, gcp);
    var seen = seen(gcp, Optional.of(THERE), 1000);
    assertEquals(Map.of(), LearntEndpoints.NONE.after(desired, seen).endpoints());
    var stale = new LearntEndpoints(Map.of(new PeerId("weft0", gcp), THERE));
    assertEquals(configured, endpoints(stale.restored(desired, List.of()), gcp));
    assertEquals(Map.of(), stale.after(desired, List.of()).endpoints(), "and is forgotten");
  }

  @Test
  void aPeerThatIsNotWantedAnyMoreIsForgotten() {
    var without =
        desired.withDevices(desired.devices().stream().map(d -> d.withPeers(List.of())).toList());
    assertEquals(LearntEndpoints.NONE, learnt().after(without, List.of()));
  }

  @Test
  void thoseOfNodesAreTold() {
    assertEquals(learnt(), learnt().of(Set.of(home)));
    assertEquals(LearntEndpoints.NONE, learnt().of(Set.of(Clouds.key("phone"))));
  }
}
