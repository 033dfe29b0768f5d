package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes when Nodes and meshes go, and what is held. */
final class RemovalIT extends OperatorFixture {
  @Test
  void aDeletedNodeLeavesNothingBehind() throws InterruptedException {
    awaitThreeClouds();
    client.nodes().withName("gcp-1").delete();
    await(SOON, () -> cloud.published("gcp-1") == null, () -> "gcp-1 is still published");
    await(
        SOON,
        () ->
            client.resources(NodeReport.class).withName("gcp-1").get() == null
                && client.leases().inNamespace("weft-agents").withName("gcp-1").get() == null,
        () -> "gcp-1's report or Lease is still there");
    await(
        SOON,
        () -> cloud.published("gcp-2").getSpec().role() == NodeRole.GATEWAY,
        () -> "gcp-2 has not taken over");
  }

  @Test
  void aDeletedMeshTakesItsNodesWithIt() throws InterruptedException {
    awaitThreeClouds();
    client.resources(WireGuardMesh.class).withName("weft").delete();
    await(
        SOON,
        () -> client.resources(WireGuardNode.class).list().getItems().isEmpty(),
        () -> "still published");
    cloud.mesh(MESH.replace("spec: {", "spec: {addresses: [10.9.0.0/16], "));
    await(
        SOON,
        () ->
            cloud.published("aws-1") != null
                && cloud.published("aws-1").getSpec().addresses().getFirst().startsWith("10.9."),
        () -> "not published anew");
  }

  @Test
  void moreThanHalfVanishingUnseenIsHeld() throws InterruptedException, IOException {
    awaitThreeClouds();
    stopOperator();
    for (var name : List.of("aws-1", "aws-2", "gcp-1")) {
      client.nodes().withName(name).delete();
    }
    startOperator("test", false);
    await(
        SOON,
        () -> mesh("Planned").filter(c -> c.getReason().equals("Held")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
    assertTrue(mesh("Planned").orElseThrow().getMessage().contains("aws-1, aws-2, gcp-1"));
    assertEquals(5, client.resources(WireGuardNode.class).list().getItems().size());
    for (var name : List.of("aws-1", "aws-2", "gcp-1")) {
      client.resources(WireGuardNode.class).withName(name).delete();
    }
    await(
        SOON,
        () -> mesh("Planned").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
  }
}
