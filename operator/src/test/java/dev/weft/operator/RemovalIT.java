package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.Meshes;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
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
    Meshes.delete(client, "weft");
    await(
        SOON,
        () -> client.resources(WireGuardNode.class).list().getItems().isEmpty(),
        () -> "still published");
    cloud.mesh(MESH.replace("addresses: [10.4.0.0/16]", "addresses: [10.9.0.0/16]"));
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
    cloud.mesh(peer("laptop", "192.168.80.0/24"));
    await(SOON, () -> isInForce("laptop"), () -> "laptop is not in force");
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
    client
        .resources(Peer.class)
        .withName("laptop")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"disabled\":true}}");
    await(SOON, () -> !isInForce("laptop"), () -> "a disabled Peer is held in force");
    assertEquals("Held", mesh("Planned").orElseThrow().getReason());
    for (var name : List.of("aws-1", "aws-2", "gcp-1")) {
      client.resources(WireGuardNode.class).withName(name).delete();
    }
    await(
        SOON,
        () -> mesh("Planned").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
  }

  private boolean isInForce(String peer) {
    var status = client.resources(Peer.class).withName(peer).get().getStatus();
    return status != null && status.effective() != null;
  }
}
