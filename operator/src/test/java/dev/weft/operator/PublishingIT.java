package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static dev.weft.operator.TestCloud.key;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the operator publishes, and what it leaves alone. */
final class PublishingIT extends OperatorFixture {
  @Test
  void publishesNodesEffectiveSpecAndConditions() throws InterruptedException {
    awaitThreeClouds();
    var aws = cloud.published("aws-1");
    assertEquals(NodeRole.GATEWAY, aws.getSpec().role());
    assertEquals(key("aws-1"), aws.getSpec().device(0).orElseThrow().publicKey());
    assertEquals(List.of("10.42.1.0/24"), aws.getSpec().podCIDRs());
    assertEquals(List.of(), aws.getMetadata().getOwnerReferences(), "removed with its owner");
    assertEquals(NodeRole.MEMBER, cloud.published("aws-2").getSpec().role());
    assertEquals(NodeRole.GATEWAY, cloud.published("home-1").getSpec().role());

    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    assertEquals(mesh.getSpec(), mesh.getStatus().effective());
    assertEquals("True", mesh("Planned").orElseThrow().getStatus());
    var revision = mesh.getStatus().revision();
    assertNotNull(revision);
    awaitSettled();
    assertEquals("Behind", readyReason("aws-1"));
    for (var name : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      cloud.report(name, currentRevision());
    }
    await(
        SOON,
        () -> mesh("Applied").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "mesh: " + mesh("Applied"));
    await(
        SOON,
        () -> mesh("Ready").filter(c -> c.getReason().equals("NotReported")).isPresent(),
        () -> "mesh: " + mesh("Ready"));
    assertEquals("Unknown", mesh("Ready").orElseThrow().getStatus());
    cloud.reportHandshake("aws-1", currentRevision(), "gcp-1");
    await(
        SOON,
        () -> mesh("Ready").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "mesh: " + mesh("Ready"));
    await(SOON, () -> readyReason("home-1").equals("Applied"), () -> readyReason("home-1"));
  }

  private String currentRevision() {
    var nodes = new TreeMap<String, dev.weft.api.v1alpha1.WireGuardNodeSpec>();
    client
        .resources(WireGuardNode.class)
        .list()
        .getItems()
        .forEach(n -> nodes.put(n.getMetadata().getName(), n.getSpec()));
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    return dev.weft.mesh.view.MeshViewReader.read(
            "weft", requireNonNull(mesh.getStatus().effective()), nodes, Map.of())
        .view()
        .revision();
  }

  private String readyReason(String node) {
    var status = cloud.published(node).getStatus();
    return status == null
        ? ""
        : condition(status.conditions(), "Ready").map(Condition::getReason).orElse("");
  }

  @Test
  void writesNothingAtRest() throws InterruptedException {
    awaitThreeClouds();
    cloud.mesh(peer("office", "192.168.77.0/24"));
    awaitSettled();
    TimeUnit.SECONDS.sleep(20); // the last aggregation
    var before = versions();
    TimeUnit.SECONDS.sleep(8);
    assertEquals(before, versions());
  }

  @Test
  void aSixthNodeIsOneWriteAndChangesNobodyElse() throws InterruptedException {
    awaitThreeClouds();
    awaitSettled();
    var before = new TreeMap<>(versions());
    cloud.node("aws-3", "aws", "10.0.1.3", "203.0.113.3", "10.42.6.0/24");
    cloud.report("aws-3", "");
    cloud.renew("aws-3", Duration.ofHours(1));
    await(
        Duration.ofSeconds(3),
        () ->
            cloud.published("aws-3") != null
                && !cloud.published("aws-3").getSpec().devices().isEmpty(),
        () -> "no aws-3 within 3 s");
    TimeUnit.SECONDS.sleep(2);
    var after = versions();
    before.keySet().removeIf(name -> !name.startsWith("WireGuardNode/"));
    before.forEach((name, version) -> assertEquals(version, after.get(name), name));
    assertTrue(after.containsKey("WireGuardNode/aws-3"));
  }

  @Test
  void aBurstOfNodesIsAHandfulOfPlans() throws InterruptedException {
    cloud.mesh(MESH);
    await(SOON, () -> mesh("Planned").isPresent(), () -> "the mesh is not planned");
    var plansBefore = operator.metrics().plans();
    var start = System.nanoTime();
    for (var i = 0; i < 250; i++) {
      cloud.node(
          "n" + i,
          "r" + i % 5,
          "10.1." + i / 250 + "." + (i % 250 + 1),
          "",
          "10.42." + i % 250 + ".0/24");
    }
    var seconds = (System.nanoTime() - start) / 1e9;
    await(
        Duration.ofSeconds(60),
        () -> client.resources(WireGuardNode.class).list().getItems().size() == 250,
        () -> "published: " + client.resources(WireGuardNode.class).list().getItems().size());
    var plans = operator.metrics().plans() - plansBefore;
    var changes = operator.metrics().changes();
    System.out.printf(
        "250 nodes in %.1f s: %.0f watch events, %d plans%n", seconds, changes, plans);
    assertTrue(plans <= 4 + 2 * seconds, plans + " plans in " + seconds + " s");
  }

  @Test
  void aChangedGranularityIsPutIntoForce() throws InterruptedException {
    awaitThreeClouds();
    client
        .resources(WireGuardMesh.class)
        .withName("weft")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"granularity\":\"Full\"}}");
    await(
        SOON,
        () -> cloud.published("aws-2").getSpec().role() == NodeRole.GATEWAY,
        () -> "Full makes every node a gateway");
    var after = client.resources(WireGuardMesh.class).withName("weft").get();
    assertEquals(after.getSpec(), after.getStatus().effective());
  }
}
