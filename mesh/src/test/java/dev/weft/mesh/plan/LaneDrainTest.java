package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Two gateways in aws, aws-1 and aws-2, and a third node; gcp has two, home one. */
class LaneDrainTest {
  private static NodeInput cordon(NodeInput node) {
    return NodeEdits.cordoned(node, true);
  }

  private static NodeInput uncordon(NodeInput node) {
    return NodeEdits.cordoned(node, false);
  }

  /** Published, applied everywhere, and all answer each other. */
  private static Clouds settled() {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    clouds.node("aws-3", "aws", "10.1.0.13/24", "192.0.2.13", "10.42.6.0/24", Map.of());
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 4)));
    clouds.publish();
    turn(clouds);
    assertEquals(Map.of("aws-1", "0", "aws-2", "1"), aws(turn(clouds)));
    return clouds;
  }

  private static MeshPlan turn(Clouds clouds) {
    var plan = clouds.publish();
    Agents.apply(clouds, view(plan));
    return plan;
  }

  private static MeshView view(MeshPlan plan) {
    return plan.view(Clouds.MESH).orElseThrow();
  }

  /** Ordinals of the gateways of aws by name; one that drains has a minus behind it. */
  private static Map<String, String> aws(MeshPlan plan) {
    var gateways = new TreeMap<String, String>();
    for (var decision : plan.nodes()) {
      for (var spec : decision.spec()) {
        if (spec.location().equals("aws") && spec.role() == NodeRole.GATEWAY) {
          gateways.put(decision.name(), ordinal(spec));
        }
      }
    }
    return gateways;
  }

  private static String ordinal(WireGuardNodeSpec spec) {
    var sign = Boolean.TRUE.equals(spec.draining()) ? "-" : "";
    return (spec.ordinal() == null ? "" : spec.ordinal()) + sign;
  }

  private static List<String> said(MeshPlan plan) {
    return plan.problems().stream()
        .filter(p -> p.reason().equals("Draining"))
        .map(Problem::message)
        .toList();
  }

  private static void assertWaits(MeshPlan plan, String why) {
    assertTrue(said(plan).toString().contains(why), () -> why + ": " + said(plan));
  }

  @Test
  void aGatewayThatLeavesStaysUntilItsSuccessorIsProgrammedEverywhere() {
    var clouds = settled();
    clouds.change("aws-1", LaneDrainTest::cordon);
    var plan = turn(clouds);
    assertEquals(Map.of("aws-1", "0-", "aws-2", "1", "aws-3", "2"), aws(plan));
    assertWaits(plan, "is being published");
    plan = turn(clouds);
    assertEquals(Map.of("aws-2", "1", "aws-3", "2"), aws(plan));
    assertEquals(List.of(), said(plan));
    clouds.change("aws-1", LaneDrainTest::uncordon);
    assertEquals(Map.of("aws-2", "1", "aws-3", "2"), aws(turn(clouds)), "nothing moves back");
  }

  @Test
  void oneAgentThatHasNotAppliedThePlanKeepsTheGatewayWhereItIs() {
    var clouds = settled();
    var before = view(clouds.plan()).revision();
    clouds.change("aws-1", LaneDrainTest::cordon);
    var inForce = view(turn(clouds));
    for (var node : List.of("gcp-2", "aws-3", "aws-1", "home-1")) {
      Agents.apply(clouds, inForce);
      Agents.applied(clouds, node, before);
      var plan = clouds.plan();
      assertEquals("0-", aws(plan).get("aws-1"), node);
      assertWaits(plan, "applied what is published: " + node);
    }
    clouds.change("gcp-2", n -> NodeEdits.liveness(n, Liveness.EXPIRED));
    Agents.apply(clouds, view(clouds.publish()));
    Agents.applied(clouds, "gcp-2", before);
    assertEquals(null, aws(clouds.plan()).get("aws-1"), "a node without an agent isn't waited for");
  }

  @Test
  void aGatewayElsewhereThatReachesNoOtherKeepsTheOneThatDrains() {
    var clouds = settled();
    clouds.change("aws-1", LaneDrainTest::cordon);
    var inForce = view(turn(clouds));
    Agents.apply(clouds, inForce, (from, to) -> !from.equals("gcp-2") || to.equals("aws-1"));
    var plan = clouds.plan();
    assertEquals("0-", aws(plan).get("aws-1"));
    assertWaits(plan, "reach another gateway of the location: gcp-2");
    Agents.apply(clouds, inForce, (from, to) -> !from.equals("gcp-2"));
    assertEquals(null, aws(clouds.plan()).get("aws-1"), "it doesn't send by the old one either");
  }

  @Test
  void uncordonedBeforeItIsLeftItStaysAGateway() {
    var clouds = settled();
    clouds.change("aws-1", LaneDrainTest::cordon);
    turn(clouds);
    clouds.change("aws-1", LaneDrainTest::uncordon);
    turn(clouds);
    turn(clouds);
    assertEquals(Map.of("aws-1", "0", "aws-2", "1"), aws(turn(clouds)), "the third has drained");
  }

  @Test
  void whereNoOtherNodeIsReadyItStaysAndDoesNotDrain() {
    var clouds = settled();
    for (var node : List.of("aws-1", "aws-2", "aws-3")) {
      clouds.change(node, LaneDrainTest::cordon);
    }
    var plan = turn(clouds);
    assertEquals(Map.of("aws-1", "0", "aws-2", "1"), aws(plan));
    assertTrue(plan.problems().stream().anyMatch(p -> p.reason().equals("NoSuccessor")));
  }

  @Test
  void aGatewayThatDiesWhileItDrainsIsLeftAtOnce() {
    var clouds = settled();
    clouds.change("aws-1", LaneDrainTest::cordon);
    turn(clouds);
    clouds.change("aws-1", n -> NodeEdits.liveness(n, Liveness.EXPIRED));
    assertEquals(Map.of("aws-2", "1", "aws-3", "2"), aws(clouds.plan()));
  }

  @Test
  void fewerGatewaysPerLocationDrainTheOthers() {
    var clouds = settled().gatewaysPerLocation(1);
    assertEquals(Map.of("aws-1", "0", "aws-2", "1-"), aws(turn(clouds)));
    assertEquals(Map.of("aws-1", "0"), aws(turn(clouds)));
    turn(clouds);
    assertEquals(Map.of("aws-1", ""), aws(turn(clouds)), "and no ordinal is left");
  }
}
