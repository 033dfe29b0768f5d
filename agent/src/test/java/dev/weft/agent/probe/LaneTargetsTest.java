package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.key.KeyPairs;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of which gateways a node takes the pulse, by which device, and how often. */
class LaneTargetsTest {
  private static MeshView view(PublishedMesh published) {
    return AcceptedView.read(published).view();
  }

  private static DesiredState plan(MeshView view, String node, int octet) {
    var random = new SecureRandom();
    var keys =
        Map.of(
            DeviceId.DEFAULT,
            KeyPairs.generate(random),
            new DeviceId(1, 0),
            KeyPairs.generate(random));
    var address = new InterfaceAddress(IpAddress.parse("10.0.0." + octet), 24);
    var facts =
        new NodeFacts(
            node, List.of(new LinkFacts("eth0", 1500, List.of(address))), Map.of(), List.of());
    return DataplanePlanner.plan(view, facts, new NodeSecrets(keys, Map.of()));
  }

  private static List<String> described(List<Target> targets) {
    return targets.stream()
        .map(t -> t.name() + " by " + t.peer().device() + " " + t.pace() + " " + t.isWatched())
        .sorted()
        .toList();
  }

  @Test
  void aGatewayAsksEachGatewayThatItMeetsByItsOwnLane() {
    var view = view(Published.lanes());
    var plan = plan(view, "a", 1);
    assertEquals(
        List.of("b by weft0 QUICK true", "c by weft01 QUICK true"),
        described(Targets.of(view, "a", plan)));
    assertEquals(List.of(), Targets.near(view, "a", plan), "it is alone in its location");
  }

  @Test
  void aGatewayAsksTheOthersOfItsLocation() {
    var view = view(Published.lanes());
    var plan = plan(view, "c", 3);
    assertEquals(List.of("a by weft0 QUICK true"), described(Targets.of(view, "c", plan)));
    assertEquals(List.of("b by weft0 QUICK true"), described(Targets.near(view, "c", plan)));
  }

  @Test
  void withOneGatewayPerLocationThePaceIsCalm() {
    var view = view(Published.mesh("a", "b", "c"));
    var plan = plan(view, "a", 1);
    assertEquals(
        List.of("b by weft0 CALM true", "c by weft0 CALM true"),
        described(Targets.of(view, "a", plan)));
    assertEquals(List.of(), Targets.near(view, "a", plan));
  }
}
