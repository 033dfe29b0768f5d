package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.MeshInput;
import dev.weft.mesh.snapshot.NodeInput;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IsolationTest {
  @Test
  void anErrorIsKeptToItsObjectAsAProblem() {
    var problems = new Problems("Node", "n");
    assertFalse(Isolation.run(problems, () -> overflow(0)));
    assertTrue(problems.toList().getFirst().message().contains("StackOverflowError"));
    assertTrue(Isolation.run(problems, () -> {}));
    assertEquals(1, problems.toList().size());
    assertEquals(Isolation.REASON, problems.toList().getFirst().reason());
  }

  private static int overflow(int depth) {
    return depth < 0 ? depth : overflow(depth + 1) + 1; // the stack ends before the numbers do
  }

  /** An address without a type makes the reader throw, as any defect would. */
  @Test
  void aNodeThatMakesThePlannerThrowIsLeftOutAlone() {
    var clouds = Clouds.three();
    var before = clouds.plan();
    clouds.node("bad", "aws", "10.1.0.99/24", "192.0.2.99", "10.42.99.0/24", Map.of());
    clouds.change("bad", IsolationTest::broken);
    var plan = clouds.plan();
    assertEquals(List.of("Node/bad"), failed(plan));
    for (var name : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      assertEquals(spec(before, name), spec(plan, name));
    }
    assertEquals(before.peers(), plan.peers());
    var bad = spec(plan, "bad");
    assertEquals(List.of(), bad.devices());
    assertEquals(List.of(), bad.podCIDRs());
    assertEquals("node:bad", bad.location());
  }

  @Test
  void whatIsInForceOfANodeStaysSoWhileItCanNotBeRead() {
    var clouds = Clouds.three();
    clouds.publish();
    var before = clouds.publish();
    clouds.change("aws-1", IsolationTest::broken);
    var plan = clouds.plan();
    assertEquals(List.of("Node/aws-1"), failed(plan));
    assertEquals(spec(before, "aws-1"), spec(plan, "aws-1"));
    assertEquals(before.peers(), plan.peers());
  }

  /** The report of an agent throws later, when endpoints are counted. */
  @Test
  void aReportThatMakesThePlannerThrowIsLeftOutAlone() {
    var clouds = Clouds.three();
    var before = clouds.plan();
    clouds.change(
        "aws-2",
        n ->
            NodeEdits.reports(n, List.of(Hostile.reportWithoutValues(Clouds.key("aws-2").text()))));
    var plan = clouds.plan();
    assertEquals(spec(before, "aws-1"), spec(plan, "aws-1"));
    assertEquals(before.peers(), plan.peers());
  }

  @Test
  void aPeerThatMakesThePlannerThrowIsLeftOutAlone() {
    var clouds = Clouds.three();
    var before = clouds.plan();
    clouds.peer("bad", Hostile.peerWithoutHost(Clouds.key("bad").text()));
    var plan = clouds.plan();
    assertEquals(List.of("Peer/bad"), failed(plan));
    assertEquals(before.nodes(), plan.nodes());
    assertEquals(2, plan.peers().stream().filter(p -> !p.effective().isEmpty()).count());
  }

  @Test
  void aMeshThatMakesThePlannerThrowKeepsWhatItHadAndLeavesOthersAlone() {
    var clouds = Clouds.three();
    var s = clouds.snapshot();
    var good = s.meshes().getFirst();
    var selector = new LabelSelector();
    var requirement = new LabelSelectorRequirement();
    requirement.setKey("topology.kubernetes.io/region");
    requirement.setOperator("In");
    requirement.setValues(null);
    selector.setMatchExpressions(List.of(requirement));
    var bad =
        new MeshInput(
            "bad", Clouds.time(0), Hostile.withSelector(good.spec(), selector), List.of());
    var plan =
        MeshPlanner.plan(
            new ClusterSnapshot(
                List.of(bad, good), s.nodes(), List.of(), s.unresolvedNames(), s.nowEpochSecond()));
    assertEquals(List.of("WireGuardMesh/bad"), failed(plan));
    assertTrue(plan.nodes().stream().allMatch(n -> n.spec().getFirst().mesh().equals("mesh")));
    assertEquals(5, plan.nodes().size());
  }

  /** 250 KB of bad prefixes: 35,000 Events, one after the other, once. */
  @Test
  void aFloodOfFaultsIsAFewProblems() {
    var clouds = Clouds.three();
    var flood = String.join(",", IntStream.range(0, 35_000).mapToObj(i -> "bad" + i).toList());
    var annotations = new HashMap<String, String>();
    annotations.put("weft.dev/location-cidrs", flood);
    annotations.put("weft.dev/internal-ip", flood);
    annotations.put("weft.dev/endpoint", flood);
    annotations.put("weft.dev/location", flood);
    annotations.put("weft.dev/persistent-keepalive", flood);
    annotations.put("weft.dev/listen-port", flood);
    annotations.put("weft.dev/gateway", flood);
    clouds.change("aws-2", n -> NodeEdits.annotated(n, annotations));
    var problems = clouds.plan().problems();
    assertTrue(problems.size() <= Problems.MOST + 1, () -> problems.size() + " problems");
    assertTrue(problems.stream().allMatch(p -> p.message().length() <= 1_000));
    assertTrue(problems.stream().anyMatch(p -> p.reason().equals("MoreProblems")));
  }

  private static NodeInput broken(NodeInput n) {
    var addresses = new ArrayList<>(n.addresses());
    addresses.add(Hostile.addressWithoutType());
    return NodeEdits.addresses(n, addresses);
  }

  private static List<String> failed(MeshPlan plan) {
    return plan.problems().stream()
        .filter(p -> p.reason().equals(Isolation.REASON))
        .map(p -> p.kind() + "/" + p.name())
        .toList();
  }

  private static WireGuardNodeSpec spec(MeshPlan plan, String name) {
    return plan.nodes().stream()
        .filter(d -> d.name().equals(name))
        .flatMap(d -> d.spec().stream())
        .findFirst()
        .orElseThrow();
  }
}
