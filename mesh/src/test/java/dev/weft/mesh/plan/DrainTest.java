package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.NodeInput;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The one gateway of aws, aws-1, is cordoned or drained: {@link Clouds#three()}, published. */
class DrainTest {
  private static NodeInput cordon(NodeInput node) {
    return NodeEdits.cordoned(node, true);
  }

  private static Clouds published() {
    var clouds = Clouds.three();
    clouds.publish();
    return clouds;
  }

  private static String gateway(MeshPlan plan, String location) {
    return plan.nodes().stream()
        .filter(n -> n.spec().stream().anyMatch(s -> is(s, location)))
        .map(NodeDecision::name)
        .findFirst()
        .orElse("none");
  }

  private static boolean is(WireGuardNodeSpec spec, String location) {
    return spec.peerGateway() && spec.location().equals(location);
  }

  static Stream<Arguments> leaving() {
    return Stream.of(
        Arguments.of("cordoned", operator(DrainTest::cordon)),
        Arguments.of("annotated", annotated("weft.dev/drain", "true")));
  }

  /** Gives a method reference its type. */
  private static UnaryOperator<NodeInput> operator(UnaryOperator<NodeInput> change) {
    return change;
  }

  private static UnaryOperator<NodeInput> annotated(String key, String value) {
    return n -> NodeEdits.annotated(n, key, value);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("leaving")
  void aGatewayThatLeavesHandsItsRoleToANodeThatStays(
      String how, UnaryOperator<NodeInput> leaving) {
    var clouds = published();
    clouds.change("aws-1", leaving);
    assertEquals("aws-2", gateway(clouds.publish(), "aws"), how);
    assertEquals("gcp-1", gateway(clouds.plan(), "gcp"), "no other location changes");
    clouds.change("aws-1", n -> NodeEdits.annotated(NodeEdits.cordoned(n, false), Map.of()));
    assertEquals("aws-2", gateway(clouds.publish(), "aws"), "and it doesn't move back by itself");
  }

  @Test
  void theNewGatewayIsPublishedBeforeTheOldOneLeaves() {
    var clouds = published();
    clouds.change("aws-1", DrainTest::cordon);
    var order = clouds.plan().nodes().stream().map(NodeDecision::name).toList();
    assertEquals("aws-2", order.stream().filter(n -> n.startsWith("aws")).findFirst().orElse(""));
  }

  @Test
  void aDrainThatIsOffOrUnreadableMovesNothing() {
    for (var value : List.of("false", "maybe")) {
      var clouds = published();
      clouds.change("aws-1", annotated("weft.dev/drain", value));
      assertEquals("aws-1", gateway(clouds.plan(), "aws"), value);
    }
  }

  static Stream<Arguments> unfit() {
    UnaryOperator<NodeInput> faulty =
        n -> NodeEdits.reports(n, n.report().stream().map(DrainTest::withoutSuccess).toList());
    UnaryOperator<NodeInput> hidden =
        n ->
            NodeEdits.addresses(
                n, n.addresses().stream().filter(a -> a.type().equals("InternalIP")).toList());
    UnaryOperator<NodeInput> keyless = n -> NodeEdits.reports(n, List.of());
    return Stream.of(
        Arguments.of("is cordoned, too", operator(DrainTest::cordon)),
        Arguments.of("is drained, too", annotated("weft.dev/drain", "true")),
        Arguments.of("may not be a gateway", annotated("weft.dev/gateway", "false")),
        Arguments.of("can't be called from elsewhere", hidden),
        Arguments.of("has no agent", live(Liveness.AGENT_SILENT)),
        Arguments.of("was never heard of", live(Liveness.UNKNOWN)),
        Arguments.of("is frozen", live(Liveness.FROZEN)),
        Arguments.of("reports that it can't apply its plan", faulty),
        Arguments.of("is new", keyless));
  }

  private static UnaryOperator<NodeInput> live(Liveness liveness) {
    return n -> NodeEdits.liveness(n, liveness);
  }

  private static NodeReportSpec withoutSuccess(NodeReportSpec r) {
    var failed = new ConditionBuilder().withType("Applied").withStatus("False").build();
    return new NodeReportSpec(
        r.devices(),
        r.facts(),
        r.observedEndpoints(),
        r.peers(),
        r.appliedRevision(),
        List.of(failed));
  }

  /** A working gateway is better than one that may not work: the drain of a node is no order. */
  @ParameterizedTest(name = "the other node {0}")
  @MethodSource("unfit")
  void theRoleStaysWhereNoOtherNodeIsReady(String why, UnaryOperator<NodeInput> change) {
    var clouds = Clouds.three();
    if (why.equals("is new")) {
      clouds.change("aws-2", change);
    }
    clouds.publish();
    clouds.change("aws-1", DrainTest::cordon);
    clouds.change("aws-2", change);
    assertEquals("aws-1", gateway(clouds.plan(), "aws"), why);
  }

  @Test
  void aPreferredNodeHandsOverAndTakesTheRoleBackWhenItIsUncordoned() {
    var clouds = Clouds.three();
    clouds.change("aws-1", annotated("weft.dev/gateway", "true"));
    clouds.publish();
    clouds.change("aws-1", DrainTest::cordon);
    assertEquals("aws-2", gateway(clouds.publish(), "aws"));
    assertEquals("aws-2", gateway(clouds.publish(), "aws"), "not to and fro");
    clouds.change("aws-1", n -> NodeEdits.cordoned(n, false));
    assertEquals("aws-1", gateway(clouds.publish(), "aws"));
  }

  @Test
  void aNewLocationChoosesANodeThatStays() {
    var clouds = Clouds.three();
    clouds.change("aws-1", DrainTest::cordon);
    assertEquals("aws-2", gateway(clouds.plan(), "aws"));
  }

  @Test
  void aCordonedGatewayThatDiesIsReplacedAsAnyOther() {
    var clouds = published();
    clouds.change("aws-1", DrainTest::cordon);
    clouds.change("aws-1", live(Liveness.EXPIRED));
    assertEquals("aws-2", gateway(clouds.plan(), "aws"));
  }

  /** Nodes are cordoned one after the other in an upgrade: the role goes on, and never to none. */
  @Test
  void aRollingUpgradeMovesTheRoleFromNodeToNode() {
    var clouds = published();
    for (var node : List.of("aws-1", "aws-2", "aws-1")) {
      clouds.change(node, DrainTest::cordon);
      var other = node.equals("aws-1") ? "aws-2" : "aws-1";
      assertEquals(other, gateway(clouds.publish(), "aws"), "while " + node + " is cordoned");
      clouds.change(node, n -> NodeEdits.cordoned(n, false));
      clouds.publish();
    }
  }
}
