package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the operator publishes where locations have several gateways: {@link Clouds#three()}. */
class SeveralGatewaysTest {
  private static final List<String> NODES = List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1");

  private static Clouds clouds() {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    NODES.forEach(n -> clouds.change(n, i -> NodeEdits.reportingLanes(i, 3)));
    return clouds;
  }

  private static Map<String, WireGuardNodeSpec> specs(MeshPlan plan) {
    var specs = new TreeMap<String, WireGuardNodeSpec>();
    plan.nodes().forEach(n -> n.spec().forEach(s -> specs.put(n.name(), s)));
    return specs;
  }

  private static WireGuardNodeSpec spec(MeshPlan plan, String node) {
    return Objects.requireNonNull(specs(plan).get(node));
  }

  private static Map<String, Integer> ordinals(MeshPlan plan) {
    var ordinals = new TreeMap<String, Integer>();
    specs(plan)
        .forEach(
            (name, s) -> {
              var ordinal = s.ordinal();
              if (ordinal != null) {
                ordinals.put(name, ordinal);
              }
            });
    return ordinals;
  }

  private static List<String> problems(MeshPlan plan, String reason) {
    return plan.problems().stream()
        .filter(p -> p.reason().equals(reason))
        .map(Problem::message)
        .toList();
  }

  @Test
  void eachLocationHasAsManyGatewaysAsItHasNodesForThem() {
    var plan = clouds().publish();
    assertEquals(
        Map.of("aws-1", 0, "aws-2", 1, "gcp-1", 0, "gcp-2", 1, "home-1", 0), ordinals(plan));
    assertEquals(NodeRole.GATEWAY, spec(plan, "aws-2").role());
    assertTrue(spec(plan, "aws-1").peerGateway());
    assertFalse(spec(plan, "aws-2").peerGateway(), "Peers know one gateway");
  }

  @Test
  void aLaneIsPublishedWithItsKeyItsPortAndItsEndpoint() {
    var lane = spec(clouds().publish(), "aws-2").device(1).orElseThrow();
    assertEquals(Clouds.key("aws-2 lane 1").text(), lane.publicKey());
    assertEquals(51821, lane.listenPort());
    assertEquals(List.of("192.0.2.12:51821"), lane.endpoints());
    assertEquals(2, spec(clouds().publish(), "aws-2").devices().size(), "no ordinal 2, no lane 2");
  }

  @Test
  void theViewHasTheOrdinalsAndTheLanes() {
    var view = clouds().publish().view(Clouds.MESH).orElseThrow();
    var second = view.node("gcp-2").orElseThrow();
    assertEquals(1, second.ordinal());
    assertTrue(second.device(1).isPresent());
  }

  @Test
  void planningWhatIsPublishedPublishesNothingNew() {
    var clouds = clouds();
    clouds.publish();
    var second = clouds.publish();
    assertEquals(specs(second), specs(clouds.publish()));
    assertEquals(
        Map.of("aws-1", 0, "aws-2", 1, "gcp-1", 0, "gcp-2", 1, "home-1", 0), ordinals(second));
  }

  @Test
  void agentsThatReportNoLaneYetHaveNoneAndKeepTheirFirst() {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    var plan = clouds.publish();
    assertEquals(1, ordinals(plan).get("aws-2"));
    assertEquals(1, spec(plan, "aws-1").devices().size());
    clouds.change("aws-1", i -> NodeEdits.reportingLanes(i, 2));
    assertEquals(2, spec(clouds.publish(), "aws-1").devices().size());
    assertEquals(1, spec(clouds.plan(), "aws-2").devices().size());
  }

  @Test
  void oneGatewayPerLocationIsPublishedWithoutLanes() {
    var clouds = Clouds.three();
    NODES.forEach(n -> clouds.change(n, i -> NodeEdits.reportingLanes(i, 3)));
    clouds.publish();
    assertEquals(Map.of(), ordinals(clouds.plan()));
    clouds.change("aws-1", i -> NodeEdits.liveness(i, Liveness.EXPIRED));
    var moved = clouds.plan();
    assertEquals(NodeRole.GATEWAY, spec(moved, "aws-2").role());
    assertEquals(Map.of(), ordinals(moved));
    NODES.forEach(n -> assertEquals(1, spec(moved, n).devices().size(), n));
  }

  @ParameterizedTest
  @CsvSource({"FULL,each node has tunnels", "CROSS,each node with an endpoint has tunnels"})
  void otherGranularitiesAreToldWhatSeveralGatewaysMeanThere(Granularity other, String why) {
    var plan = clouds().granularity(other).plan();
    assertEquals(Map.of(), ordinals(plan));
    var said = problems(plan, "OnlyForLocation");
    assertEquals(1, said.size());
    assertTrue(said.getFirst().contains(why), said::toString);
    assertEquals(specs(Clouds.three().granularity(other).plan()), specs(plan));
  }

  @Test
  void theGatewayThatIsLostIsReplacedAndTheOtherKeepsItsOrdinal() {
    var clouds = clouds();
    clouds.node("aws-3", "aws", "10.1.0.13/24", "192.0.2.13", "10.42.6.0/24", Map.of());
    clouds.change("aws-3", i -> NodeEdits.reportingLanes(i, 3));
    clouds.publish();
    clouds.publish();
    clouds.change("aws-1", i -> NodeEdits.liveness(i, Liveness.EXPIRED));
    var plan = clouds.publish();
    var aws = new TreeMap<>(ordinals(plan));
    aws.keySet().removeIf(n -> !n.startsWith("aws"));
    assertEquals(Map.of("aws-2", 1, "aws-3", 2), aws);
    assertTrue(spec(plan, "aws-2").peerGateway());
    assertEquals(
        List.of(0, 1, 2),
        spec(plan, "gcp-1").devices().stream().map(NodeDevice::lane).toList(),
        "a lane to each ordinal");
  }

  @Test
  void whenAllOfALocationAreLostTheyStayGateways() {
    var clouds = clouds();
    clouds.publish();
    for (var node : List.of("aws-1", "aws-2")) {
      clouds.change(node, i -> NodeEdits.liveness(i, Liveness.EXPIRED));
    }
    var plan = clouds.publish();
    assertEquals(0, ordinals(plan).get("aws-1"));
    assertEquals(1, ordinals(plan).get("aws-2"));
  }

  @Test
  void aNodeThatMayNotBeAGatewayIsNone() {
    var clouds = clouds();
    clouds.change("aws-2", i -> NodeEdits.annotated(i, "weft.dev/gateway", "false"));
    assertEquals(Map.of("aws-1", 0, "gcp-1", 0, "gcp-2", 1, "home-1", 0), ordinals(clouds.plan()));
  }

  @Test
  void fromTwoGatewaysBackToOneNoOrdinalIsLeft() {
    var clouds = clouds();
    clouds.publish();
    clouds.gatewaysPerLocation(1);
    assertEquals(true, spec(clouds.publish(), "aws-2").draining(), "others leave it first");
    for (int turn = 0; turn < 3; turn++) {
      Agents.apply(clouds, clouds.publish().view(Clouds.MESH).orElseThrow());
    }
    assertEquals(NodeRole.MEMBER, spec(clouds.plan(), "aws-2").role());
    assertEquals(Map.of(), ordinals(clouds.plan()));
  }

  /** What is allocated is not given away: the key of a lane is claimed as that of a node is. */
  @Test
  void aLaneKeyThatIsAnothersIsLeftOutAlone() {
    var clouds = clouds();
    clouds.publish();
    clouds.change("gcp-2", i -> withLaneKey(i, Clouds.key("aws-2 lane 1").text()));
    var plan = clouds.publish();
    assertEquals(1, spec(plan, "gcp-2").devices().size());
    assertEquals(2, spec(plan, "aws-2").devices().size());
    assertEquals(1, problems(plan, "DuplicateKey").size());
    clouds.change("gcp-2", i -> withLaneKey(i, Clouds.key("gcp-2").text()));
    assertEquals(1, spec(clouds.publish(), "gcp-2").devices().size(), "not twice on one node");
    clouds.change("gcp-2", i -> withLaneKey(i, "no key"));
    var broken = clouds.publish();
    assertEquals(1, spec(broken, "gcp-2").devices().size());
    assertEquals(1, problems(broken, "InvalidKey").size());
  }

  @Test
  void aLaneTakesNoKeyOfAPeer() {
    var clouds = clouds();
    var before = clouds.publish().peers();
    clouds.change("gcp-2", i -> withLaneKey(i, Clouds.key("office").text()));
    var plan = clouds.publish();
    assertEquals(1, spec(plan, "gcp-2").devices().size());
    assertEquals(1, problems(plan, "DuplicateKey").size());
    assertEquals(before, plan.peers());
  }

  private static NodeInput withLaneKey(NodeInput n, String key) {
    var first = n.report().stream().flatMap(r -> r.device(0).stream()).toList();
    var devices = new ArrayList<>(first);
    devices.add(new ReportedDevice(1, 0, key, 51821));
    return NodeEdits.reportingDevices(n, devices);
  }

  /** Two nodes behind one address, told apart by their ports: each needs a range of them. */
  @Test
  void anEndpointOfALaneIsNotThatOfAnotherNode() {
    var clouds = clouds();
    clouds.change("aws-1", i -> NodeEdits.annotated(i, "weft.dev/endpoint", "192.0.2.7:51820"));
    clouds.change("gcp-1", i -> NodeEdits.annotated(i, "weft.dev/endpoint", "192.0.2.7:51821"));
    var plan = clouds.publish();
    assertEquals(
        List.of("192.0.2.7:51821"), spec(plan, "gcp-1").device(0).orElseThrow().endpoints());
    assertEquals(List.of(), spec(plan, "aws-1").device(1).orElseThrow().endpoints());
    assertEquals(1, problems(plan, "SameEndpoint").size());
  }

  @Test
  void aLaneWithoutAPortIsLeftOut() {
    var clouds = clouds();
    clouds.change("aws-1", i -> NodeEdits.annotated(i, "weft.dev/listen-port", "65535"));
    var plan = clouds.publish();
    assertEquals(1, spec(plan, "aws-1").devices().size());
    assertEquals(1, problems(plan, "NoPortForLane").size());
  }

  @Test
  void theRevisionChangesWhenGatewaysExchangeTheirOrdinals() {
    var view = clouds().publish().view(Clouds.MESH).orElseThrow();
    var exchanged = withOrdinals(view, Map.of("aws-1", 1, "aws-2", 0, "gcp-1", 0, "gcp-2", 1));
    assertNotEquals(view.revision(), exchanged.revision());
    var plain = Clouds.three().view();
    assertEquals(plain.revision(), withOrdinals(plain, Map.of()).revision());
  }

  private static MeshView withOrdinals(MeshView view, Map<String, Integer> ordinals) {
    return new MeshView(
        view.mesh(),
        view.nodes().stream()
            .map(
                n ->
                    new MeshNode(
                        n.name(),
                        n.location(),
                        n.role(),
                        n.peerGateway(),
                        ordinals.getOrDefault(n.name(), 0),
                        n.draining(),
                        n.home(),
                        n.addresses(),
                        n.podCIDRs(),
                        n.internalIPs(),
                        n.meshedIPs(),
                        n.locationCIDRs(),
                        n.persistentKeepaliveSeconds(),
                        n.devices(),
                        n.encapsulations()))
            .toList(),
        view.peers());
  }
}
