package dev.weft.mesh.plan;

import static dev.weft.mesh.fixture.NodeEdits.addresses;
import static dev.weft.mesh.fixture.NodeEdits.annotated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.problem.Problems;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More than a WireGuardNode takes: kubernetes/kubernetes 61921, cloud-provider-aws 890. */
class LimitsTest {
  @Test
  void aNodeWithTwentyInternalAddressesHasSixteenAndSaysSo() {
    var clouds = Clouds.three();
    clouds.change("aws-1", n -> addresses(n, "InternalIP", "10.1.0.", 20, 20));
    var spec = spec(clouds.publish(), "aws-1");
    assertEquals(16, spec.internalIPs().size());
    assertEquals(16, spec.meshedIPs().size());
    assertEquals("10.1.0.20", spec.internalIPs().getFirst());
    assertTooMany(
        clouds.plan(), "20 values, of which a WireGuardNode takes 16; left out: 10.1.0.36");
  }

  @Test
  void aNodeWithNineteenEndpointsHasSixteen() {
    var clouds = Clouds.three();
    clouds.change("aws-1", n -> addresses(n, "ExternalIP", "192.0.2.", 101, 19));
    assertEquals(16, spec(clouds.publish(), "aws-1").device(0).orElseThrow().endpoints().size());
    assertTooMany(clouds.plan(), "takes 16");
  }

  @Test
  void aNodeWithSeventyLocationCidrsHasSixtyFourAndAnAdministratorsWordStillCounts() {
    var clouds = Clouds.three();
    clouds.publish();
    var prefixes =
        String.join(",", IntStream.range(0, 70).mapToObj(i -> "172.20." + i + ".0/24").toList());
    clouds.change(
        "aws-1",
        n ->
            annotated(n, Map.of("weft.dev/location-cidrs", prefixes, "weft.dev/gateway", "false")));
    var plan = clouds.publish();
    var spec = spec(plan, "aws-1");
    assertEquals(64, spec.locationCIDRs().size());
    assertEquals(NodeRole.MEMBER, spec.role());
    assertFalse(spec.peerGateway());
    assertTooMany(plan, "left out: 172.20.64.0/24, 172.20.65.0/24");
  }

  @Test
  void whatIsInForceIsNotPushedOutByWhatIsAdded() {
    var values = IntStream.range(0, 40).mapToObj(i -> "v" + i).toList();
    var problems = new Problems("Node", "n");
    var fitting =
        Limits.fitting(
            values, 16, v -> Integer.parseInt(v.substring(1)) >= 30, problems, "status.addresses");
    assertEquals(16, fitting.size());
    assertEquals("v0", fitting.getFirst());
    assertTrue(fitting.containsAll(values.subList(30, 40)));
    assertEquals(1, problems.toList().size());
  }

  @Test
  void anInternalAddressThatIsListedTwiceCountsOnce() {
    var clouds = Clouds.three();
    clouds.change(
        "aws-1", n -> annotated(n, Map.of("weft.dev/internal-ip", "10.1.0.11, 10.1.0.11")));
    assertEquals(List.of("10.1.0.11"), spec(clouds.plan(), "aws-1").internalIPs());
    assertEquals(List.of(), clouds.plan().problems());
  }

  @Test
  void theLongestNameOfANodeStillMakesAValidLocation() {
    var name = "n".repeat(253);
    var clouds = Clouds.three().node(name, "x", List.of(), "", List.of("10.42.9.0/24"), Map.of());
    var location = spec(clouds.plan(), name).location();
    assertTrue(location.startsWith("node:") && location.length() <= 253, location);
  }

  private static void assertTooMany(MeshPlan plan, String words) {
    assertTrue(
        plan.problems().stream()
            .anyMatch(
                p ->
                    p.name().equals("aws-1")
                        && p.reason().equals("TooMany")
                        && p.message().contains(words)),
        () -> plan.problems().toString());
  }

  private static WireGuardNodeSpec spec(MeshPlan plan, String name) {
    return plan.nodes().stream()
        .filter(d -> d.name().equals(name))
        .flatMap(d -> d.spec().stream())
        .findFirst()
        .orElseThrow();
  }
}
