package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.MeshLocation;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import dev.weft.mesh.snapshot.MeshInput;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Locations that the mesh defines, against what Nodes say of themselves. */
class LocationsTest {
  private static final String SITE = "weft.dev/site";

  private static LabelSelector site(String value) {
    return new LabelSelectorBuilder().addToMatchLabels(SITE, value).build();
  }

  private static MeshLocation location(String name, String site, String... prefixes) {
    return new MeshLocation(name, site(site), List.of(prefixes), null, null);
  }

  /** Two nodes of site office, one of site plant, and one of no site. */
  private static Clouds clouds(MeshLocation... entries) {
    var clouds =
        new Clouds()
            .node("office-1", "aws", "10.1.0.11/24", "192.0.2.11", "10.42.1.0/24", Map.of())
            .node("office-2", "aws", "10.1.0.12/24", "192.0.2.12", "10.42.2.0/24", Map.of())
            .node("plant-1", "aws", "10.3.0.11/24", "203.0.113.11", "10.42.3.0/24", Map.of())
            .node("other-1", "gcp", "10.2.0.11/24", "198.51.100.11", "10.42.4.0/24", Map.of());
    clouds.change("office-1", n -> NodeEdits.labelled(n, SITE, "office"));
    clouds.change("office-2", n -> NodeEdits.labelled(n, SITE, "office"));
    clouds.change("plant-1", n -> NodeEdits.labelled(n, SITE, "plant"));
    return clouds.allowLocationCIDRs().locations(entries);
  }

  private static WireGuardNodeSpec node(MeshPlan plan, String name) {
    return plan.nodes().stream()
        .filter(d -> d.name().equals(name))
        .flatMap(d -> d.spec().stream())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> behind(MeshPlan plan, String... names) {
    return Stream.of(names).flatMap(n -> node(plan, n).locationCIDRs().stream()).toList();
  }

  private static List<Problem> problems(MeshPlan plan) {
    return plan.problems().stream().filter(p -> p.severity() == Severity.ERROR).toList();
  }

  private static void assertProblem(MeshPlan plan, String field, String reason, String... says) {
    var all = problems(plan).stream().filter(p -> p.reason().equals(reason)).toList();
    assertEquals(1, all.size(), () -> reason + " in " + plan.problems());
    var problem = all.getFirst();
    assertEquals("WireGuardMesh/mesh", problem.kind() + "/" + problem.name());
    assertEquals(field, problem.field());
    for (var text : says) {
      assertTrue(problem.message().contains(text), problem::message);
    }
  }

  @Test
  void anEntryDecidesTheLocationOfTheNodesThatItSelects() {
    var plan = clouds(location("office", "office"), location("plant", "plant")).publish();
    assertEquals("office", node(plan, "office-1").location());
    assertEquals("office", node(plan, "office-2").location());
    assertEquals("plant", node(plan, "plant-1").location());
    assertEquals("gcp", node(plan, "other-1").location());
    assertEquals(List.of(), plan.problems());
  }

  @ParameterizedTest
  @ValueSource(strings = {"weft.dev/location", "kilo.squat.ai/location"})
  void anAnnotationDoesNotMoveANodeOutOfItsEntry(String annotation) {
    var clouds = clouds(location("office", "office"));
    clouds.change("office-1", n -> NodeEdits.annotated(n, annotation, "gcp"));
    clouds.change("plant-1", n -> NodeEdits.annotated(n, annotation, "mars"));
    var plan = clouds.publish();
    assertEquals("office", node(plan, "office-1").location());
    assertEquals("mars", node(plan, "plant-1").location());
    var said = plan.problems().stream().filter(p -> p.name().equals("office-1")).toList();
    assertEquals(1, said.size(), plan::toString);
    assertEquals("LocationDecidedByMesh", said.getFirst().reason());
    assertEquals(Severity.WARNING, said.getFirst().severity());
    assertTrue(said.getFirst().message().contains("spec.locations[office]"));
    clouds.change("office-1", n -> NodeEdits.annotated(n, annotation, "office"));
    assertEquals(List.of(), clouds.plan().problems());
  }

  @Test
  void locationCidrsOfTheMeshNeedNoAllowance() {
    var clouds = clouds(location("office", "office", "192.168.7.0/24", "172.20.0.0/16"));
    var plan = clouds.publish();
    assertEquals(List.of("192.168.7.0/24", "172.20.0.0/16"), behind(plan, "office-1", "office-2"));
    assertEquals(List.of(), plan.problems());
    // Another node of the location stands for them once the first is away.
    clouds.remove("office-1");
    assertEquals(List.of("192.168.7.0/24", "172.20.0.0/16"), behind(clouds.plan(), "office-2"));
  }

  @Test
  void anEntryAllowsNothingToAnnotations() {
    var clouds = clouds(location("office", "office", "192.168.0.0/16"));
    clouds.change(
        "office-2", n -> NodeEdits.annotated(n, "weft.dev/location-cidrs", "172.20.7.0/24"));
    clouds.change(
        "other-1", n -> NodeEdits.annotated(n, "weft.dev/location-cidrs", "192.168.7.0/24"));
    var plan = clouds.publish();
    assertEquals(List.of("192.168.0.0/16"), behind(plan, "office-1", "office-2", "other-1"));
    assertEquals(
        List.of("Node/office-2 LocationCIDRNotAllowed", "Node/other-1 OverlapsLocationCIDR"),
        problems(plan).stream()
            .map(p -> p.kind() + "/" + p.name() + " " + p.reason())
            .sorted()
            .toList());
  }

  @Test
  void whatAnAnnotationAddsIsKeptBesideTheEntrys() {
    var clouds = clouds(location("office", "office", "192.168.7.0/24"));
    clouds.allowLocationCIDRs("172.16.0.0/12");
    clouds.change(
        "office-1",
        n -> NodeEdits.annotated(n, "weft.dev/location-cidrs", "172.20.0.0/16,192.168.7.0/24"));
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertEquals(
          List.of("192.168.7.0/24", "172.20.0.0/16"), behind(plan, "office-1", "office-2"));
      assertEquals(List.of(), plan.problems());
    }
  }

  /** An older node's annotation is no stronger than the mesh. */
  @Test
  void anEntryComesBeforeANewAnnotation() {
    var clouds = clouds(location("plant", "plant", "192.168.7.0/24"));
    clouds.allowLocationCIDRs("192.168.0.0/16");
    clouds.change(
        "office-1", n -> NodeEdits.annotated(n, "weft.dev/location-cidrs", "192.168.7.0/24"));
    var plan = clouds.plan();
    assertEquals(List.of("192.168.7.0/24"), behind(plan, "plant-1"));
    assertEquals(List.of(), behind(plan, "office-1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.0.0.0/1 | LocationCIDRNotAllowed",
        "169.254.0.0/24 | LocationCIDRNotAllowed",
        "100.64.0.0/10 | LocationCIDRNotAllowed",
        "10.4.0.0/24 | OverlapsMeshAddresses",
        "10.42.0.0/15 | OverlapsPodCIDR",
        "10.96.0.0/24 | OverlapsServiceCIDR",
        "198.51.100.0/24 | OverlapsNodeAddress",
        "10.7.0.0/24 | OverlapsPeer"
      })
  void anEntryTakesNothingThatIsReservedOrInForce(String prefix, String reason) {
    var clouds = clouds().peer("router", "10.7.0.0/25");
    clouds.publish();
    clouds.locations(location("office", "office", prefix, "192.168.7.0/24"));
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertEquals(List.of("192.168.7.0/24"), behind(plan, "office-1", "office-2"));
      assertProblem(plan, "spec.locations[office].locationCIDRs", reason, prefix);
      assertEquals(1, problems(plan).size(), plan::toString);
    }
  }

  @Test
  void anEntryTakesNoPrefixThatAnAnnotationHasInForce() {
    var clouds = clouds().allowLocationCIDRs("192.168.0.0/16");
    clouds.change(
        "other-1", n -> NodeEdits.annotated(n, "weft.dev/location-cidrs", "192.168.7.0/24"));
    clouds.publish();
    clouds.locations(location("office", "office", "192.168.0.0/20", "172.20.0.0/16"));
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertEquals(List.of("192.168.7.0/24"), behind(plan, "other-1"));
      assertEquals(List.of("172.20.0.0/16"), behind(plan, "office-1", "office-2"));
      assertProblem(
          plan, "spec.locations[office].locationCIDRs", "OverlapsLocationCIDR", "192.168.0.0/20");
    }
  }

  @Test
  void aNodeThatTwoEntriesSelectStaysWhereItIs() {
    var clouds = clouds(location("plant", "plant"), location("office", "office"));
    clouds.publish();
    var both = new MeshLocation("all", new LabelSelectorBuilder().build(), List.of(), null, null);
    clouds.locations(both, location("plant", "plant"), location("office", "office"));
    var plan = clouds.publish();
    assertEquals("office", node(plan, "office-1").location());
    assertEquals("plant", node(plan, "plant-1").location());
    assertEquals("all", node(plan, "other-1").location());
    var messages =
        problems(plan).stream().map(p -> p.field() + " " + p.reason() + " " + p.message()).toList();
    assertEquals(2, messages.size(), messages::toString);
    assertTrue(
        messages.stream()
            .anyMatch(
                m ->
                    m.startsWith("spec.locations[all].nodeSelector NodeInTwoLocations")
                        && m.contains("Node office-1, office-2")
                        && m.contains("spec.locations[office]")
                        && m.contains("narrow one")),
        messages::toString);
  }

  @Test
  void ofTwoNewEntriesTheFirstHasTheNode() {
    var plan = clouds(location("first", "office"), location("second", "office")).publish();
    assertEquals("first", node(plan, "office-1").location());
    assertProblem(
        plan,
        "spec.locations[second].nodeSelector",
        "NodeInTwoLocations",
        "office-1, office-2",
        "spec.locations[first]");
  }

  @Test
  void ofTwoEntriesWithOverlappingPrefixesTheOneInForceKeepsThem() {
    var clouds = clouds(location("plant", "plant", "192.168.0.0/16"));
    clouds.publish();
    clouds.locations(
        location("office", "office", "192.168.7.0/24", "172.20.0.0/16"),
        location("plant", "plant", "192.168.0.0/16"));
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertEquals(List.of("172.20.0.0/16"), behind(plan, "office-1", "office-2"));
      assertEquals(List.of("192.168.0.0/16"), behind(plan, "plant-1"));
      assertProblem(
          plan,
          "spec.locations[office].locationCIDRs",
          "LocationCIDRInTwoLocations",
          "192.168.7.0/24 overlaps 192.168.0.0/16 of spec.locations[plant]",
          "take one of the two off");
    }
  }

  @Test
  void preferredNodesBecomeGatewaysAndExcludedOnesDoNot() {
    var preferring =
        new MeshLocation(
            "office",
            site("office"),
            List.of(),
            new LabelSelectorBuilder().addToMatchLabels("weft.dev/uplink", "fast").build(),
            null);
    var clouds = clouds(preferring);
    clouds.change("office-2", n -> NodeEdits.labelled(n, "weft.dev/uplink", "fast"));
    clouds.change("office-2", n -> NodeEdits.labelled(n, SITE, "office"));
    // The entry alone says which nodes are preferred.
    clouds.change("office-1", n -> NodeEdits.annotated(n, "weft.dev/gateway", "true"));
    assertTrue(node(clouds.plan(), "office-2").peerGateway());
    // For maintenance, an annotation takes the role off all the same.
    clouds.change("office-2", n -> NodeEdits.annotated(n, "weft.dev/gateway", "false"));
    assertTrue(node(clouds.plan(), "office-1").peerGateway());
    var excluding =
        new MeshLocation(
            "office",
            site("office"),
            List.of(),
            null,
            new LabelSelectorBuilder()
                .addNewMatchExpression()
                .withKey("weft.dev/uplink")
                .withOperator("DoesNotExist")
                .endMatchExpression()
                .build());
    clouds.locations(excluding);
    clouds.change("office-2", n -> NodeEdits.annotated(n, Map.of()));
    assertTrue(node(clouds.plan(), "office-2").peerGateway());
  }

  /** As a stolen kubelet may register its Node: with any labels of weft.dev/. */
  @Test
  void aNodeThatRegistersAsPreferredTakesTheRoleFromNoPreferredGateway() {
    var clouds =
        clouds(
            new MeshLocation(
                "office",
                site("office"),
                List.of(),
                new LabelSelectorBuilder().addToMatchLabels("weft.dev/uplink", "fast").build(),
                null));
    clouds.change("office-2", n -> NodeEdits.labelled(n, "weft.dev/uplink", "fast"));
    clouds.publish();
    clouds.node("a-thief", "aws", "10.1.0.9/24", "192.0.2.9", "10.42.9.0/24", Map.of());
    clouds.change("a-thief", n -> NodeEdits.labelled(n, SITE, "office"));
    clouds.change("a-thief", n -> NodeEdits.labelled(n, "weft.dev/uplink", "fast"));
    for (int pass = 0; pass < 3; pass++) {
      assertTrue(node(clouds.publish(), "office-2").peerGateway());
    }
    // A gateway without the label loses the role to it, as to any preferred node.
    clouds.change("office-2", n -> NodeEdits.labelled(n, "weft.dev/uplink", "slow"));
    assertTrue(node(clouds.publish(), "a-thief").peerGateway());
  }

  /** Without internal addresses that the mesh allows, each node is a location of its own. */
  @Test
  void aNodeThatIsALocationOfItsOwnStandsForTheEntrysPrefixesOnce() {
    var clouds = clouds(location("office", "office", "192.168.7.0/24"));
    clouds.change("office-1", n -> NodeEdits.address(n, "InternalIP", "192.0.2.11"));
    clouds.change("office-2", n -> NodeEdits.address(n, "InternalIP", "192.0.2.12"));
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertEquals("node:office-1", node(plan, "office-1").location());
      assertEquals(List.of("192.168.7.0/24"), behind(plan, "office-1", "office-2"));
      assertEquals(List.of(), problems(plan));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kubernetes.io/hostname", "pool", "weft.dev", "topology.kubernetes.io/zone"})
  void aSelectorByALabelOfKubeletsIsRefusedAndTheOldSpecStays(String label) {
    var clouds = clouds(location("office", "office"));
    var accepted = clouds.meshSpec();
    clouds.publish();
    clouds.locations(
        new MeshLocation(
            "office",
            new LabelSelectorBuilder().addToMatchLabels(label, "x").build(),
            List.of(),
            null,
            null));
    var decision = MeshCheck.check(new MeshInput("mesh", "", clouds.meshSpec(), List.of(accepted)));
    assertEquals(List.of(accepted), decision.effective());
    assertEquals("LabelNotProtected", decision.problems().getFirst().reason());
    assertTrue(decision.problems().getFirst().message().contains(label));
  }

  @Test
  void thousandsOfConflictsStayFewProblems() {
    var entries =
        Stream.iterate(0, i -> i + 1)
            .limit(100)
            .map(i -> location("l" + i, "office", "192.168.0.0/16", "172.16.0.0/12"))
            .toArray(MeshLocation[]::new);
    var clouds = clouds(entries);
    for (int i = 0; i < 200; i++) {
      var name = "n" + i;
      clouds.node(name, "aws", "10.1.1." + i + "/24", "", "10.42." + (20 + i) + ".0/24", Map.of());
      clouds.change(name, n -> NodeEdits.labelled(n, SITE, "office"));
    }
    var plan = clouds.plan();
    assertEquals("l0", node(plan, "n7").location());
    var own = plan.meshes().getFirst().problems();
    assertTrue(own.size() <= 17, () -> own.size() + " problems");
    assertTrue(own.stream().allMatch(p -> p.message().length() <= 1_000));
  }
}
