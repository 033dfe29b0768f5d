package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardMesh;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Locations that the mesh defines, as an administrator applies them and nodes join them. */
final class LocationsIT extends OperatorFixture {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static String withLocations(String locations) {
    return MESH.replace("[10.42.0.0/16]}", "[10.42.0.0/16], locations: [" + locations + "]}");
  }

  private static String entry(String name, String site, String more) {
    return "{name: %s, nodeSelector: {matchLabels: {weft.dev/site: %s}}%s}"
        .formatted(name, site, more);
  }

  private void apply(String mesh) {
    client.resource(mesh).fieldManager("git").forceConflicts().serverSideApply();
  }

  private void label(String node, String site) {
    client
        .nodes()
        .withName(node)
        .edit(
            n ->
                new NodeBuilder(n)
                    .editMetadata()
                    .addToLabels("weft.dev/site", site)
                    .endMetadata()
                    .build());
  }

  private String locationOf(String node) {
    var published = cloud.published(node);
    return published == null ? "" : published.getSpec().location();
  }

  private void awaitLocation(String node, String location) throws InterruptedException {
    await(
        LONG,
        () -> locationOf(node).equals(location),
        () -> node + " is in '" + locationOf(node) + "', not in " + location);
  }

  private String planned() {
    return mesh("Planned").map(Condition::getMessage).orElse("");
  }

  /** A node of an autoscaler comes with a label, and no one annotates it. */
  @Test
  void aNewNodeJoinsTheLocationThatItsLabelSelects() throws InterruptedException {
    apply(
        withLocations(
            entry(
                "office",
                "office",
                ", locationCIDRs: [192.168.7.0/24], preferredGateways: {matchLabels:"
                    + " {weft.dev/site: office}}")));
    cloud.node("auto-1", "eu-1", "10.0.1.1", "203.0.113.1", "10.42.1.0/24");
    label("auto-1", "office");
    cloud.report("auto-1", "");
    cloud.renew("auto-1", Duration.ofHours(1));
    cloud.node("plain-1", "eu-1", "10.0.2.1", "203.0.113.2", "10.42.2.0/24");
    cloud.report("plain-1", "");
    cloud.renew("plain-1", Duration.ofHours(1));
    awaitLocation("auto-1", "office");
    awaitLocation("plain-1", "eu-1");
    await(
        LONG,
        () ->
            cloud.published("auto-1").getSpec().locationCIDRs().equals(List.of("192.168.7.0/24"))
                && cloud.published("auto-1").getSpec().peerGateway(),
        () -> "auto-1: " + cloud.published("auto-1").getSpec());
    await(
        LONG,
        () -> mesh("Planned").filter(c -> c.getReason().equals("Planned")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
    var status = client.resources(WireGuardMesh.class).withName("weft").get();
    assertNotNull(status.getStatus().effective());
    assertEquals(
        status.getSpec().locations(), status.getStatus().effective().locations(), "as written");
  }

  /** What two entries ask for is said on the mesh, and takes nothing that is in force. */
  @Test
  void aConflictOfTwoEntriesIsSaidOnTheMeshAndChangesNothing() throws InterruptedException {
    var office = entry("office", "office", ", locationCIDRs: [192.168.7.0/24]");
    apply(withLocations(office));
    cloud.threeClouds();
    label("aws-1", "office");
    label("aws-2", "office");
    awaitLocation("aws-1", "office");
    awaitLocation("aws-2", "office");
    var second = entry("annex", "office", ", locationCIDRs: [192.168.0.0/16]");
    apply(withLocations(second + ", " + office));
    await(
        LONG,
        () ->
            planned().contains("spec.locations[office]")
                && planned().contains("spec.locations[annex]")
                && planned().contains("aws-1, aws-2")
                && planned().contains("192.168.0.0/16 overlaps 192.168.7.0/24"),
        () -> "mesh: " + mesh("Planned"));
    assertEquals("False", mesh("Planned").orElseThrow().getStatus());
    assertEquals("office", locationOf("aws-1"));
    assertEquals("office", locationOf("aws-2"));
    assertEquals("gcp", locationOf("gcp-1"));
    assertTrue(
        cloud.published("aws-1").getSpec().locationCIDRs().contains("192.168.7.0/24")
            || cloud.published("aws-2").getSpec().locationCIDRs().contains("192.168.7.0/24"));
    apply(withLocations(office));
    await(
        LONG,
        () -> mesh("Planned").filter(c -> c.getReason().equals("Planned")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
  }
}
