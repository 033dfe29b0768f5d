package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.server.ApiServer;
import dev.weft.api.server.Meshes;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Derived objects and CRDs that somebody deleted. */
final class AccidentIT extends OperatorFixture {
  @Test
  void wireGuardNodesThatAreDeletedComeBackAsTheyWere() throws InterruptedException {
    awaitThreeClouds();
    assertNoOwner(cloud.published("gcp-1"));
    var before = cloud.published("gcp-1").getSpec();
    client.resources(WireGuardNode.class).delete();
    await(
        SOON,
        () -> client.resources(WireGuardNode.class).list().getItems().size() == 5,
        () -> "not made anew: " + client.resources(WireGuardNode.class).list().getItems());
    assertEquals(before, cloud.published("gcp-1").getSpec());
    // what agents wait for before they let go of a node that vanished
    assertEquals(
        5, client.resources(WireGuardMesh.class).withName("weft").get().getStatus().nodes());
  }

  @Test
  void whatWasMadeForMeshesAndPeersStaysWhenTheirCrdsAreDeleted()
      throws InterruptedException, IOException {
    awaitThreeClouds();
    cloud.mesh(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: tablet}
        spec: {presharedKey: Generate}
        """);
    await(SOON, () -> secrets() == 2, () -> "no Secrets are made");
    server.kubectl("delete", "crd", "wireguardmeshes.weft.dev", "peers.weft.dev", "--timeout=30s");
    TimeUnit.SECONDS.sleep(5); // some plans; the operator has no sign to give
    assertEquals(5, client.resources(WireGuardNode.class).list().getItems().size());
    assertEquals(2, secrets(), "the keys of a Peer that nobody deleted");

    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy/crds").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    cloud.mesh(MESH);
    await(
        Duration.ofSeconds(60),
        () -> mesh("Planned").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "the mesh isn't planned again: " + mesh("Planned"));
    await(
        SOON,
        () -> {
          var nodes = client.resources(WireGuardNode.class).list().getItems();
          return nodes.size() == 5
              && nodes.stream().allMatch(n -> !n.getSpec().devices().isEmpty());
        },
        () -> "not all are published");

    // What is deleted for itself from now on is so again.
    cloud.mesh(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: tablet}
        spec: {presharedKey: Generate}
        """);
    await(SOON, () -> secrets() == 2 && inForce("tablet"), () -> "tablet is not in force");
    client.resources(Peer.class).withName("tablet").delete();
    await(SOON, () -> secrets() == 0, () -> "the Secrets of a deleted Peer stay");
    Meshes.delete(client, "weft");
    await(SOON, () -> published().isEmpty(), () -> "the nodes of a deleted mesh stay");
  }

  private boolean inForce(String peer) {
    var status = client.resources(Peer.class).withName(peer).get().getStatus();
    return status != null && status.effective() != null;
  }

  @Test
  void aNodeThatAnEarlierVersionGaveAnOwnerHasNoneAnyMore() throws InterruptedException {
    awaitThreeClouds();
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    client
        .resources(WireGuardNode.class)
        .withName("gcp-1")
        .edit(
            node -> {
              node.getMetadata()
                  .setOwnerReferences(
                      List.of(
                          new OwnerReferenceBuilder()
                              .withApiVersion(mesh.getApiVersion())
                              .withKind(mesh.getKind())
                              .withName("weft")
                              .withUid("of another mesh")
                              .build()));
              return node;
            });
    await(
        SOON,
        () -> cloud.published("gcp-1").getMetadata().getOwnerReferences().isEmpty(),
        () -> "still owned");
  }

  @Test
  void addressesAndRolesStayWhenTheCrdOfWireGuardNodesIsDeleted()
      throws InterruptedException, IOException {
    // Last by name, first in the mesh: a plan from nothing would give it other ones.
    cloud.mesh(MESH);
    cloud.node("zz-1", "gcp", "10.0.2.9", "198.51.100.9", "10.42.9.0/24");
    cloud.report("zz-1", "");
    cloud.renew("zz-1", Duration.ofHours(1));
    await(SOON, () -> isPublished("zz-1"), () -> "zz-1 is not published");
    cloud.threeClouds();
    await(
        SOON,
        () ->
            published().size() == 6
                && published().values().stream().noneMatch(spec -> spec.devices().isEmpty()),
        () -> "published: " + published());
    var before = published();
    assertEquals(NodeRole.GATEWAY, cloud.published("zz-1").getSpec().role());

    server.kubectl("delete", "crd", "wireguardnodes.weft.dev", "--timeout=30s");
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy/crds").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    await(
        Duration.ofSeconds(60),
        () -> published().equals(before),
        () -> "before: " + before + "\nnow: " + published());
  }

  private boolean isPublished(String name) {
    var node = cloud.published(name);
    return node != null && !node.getSpec().devices().isEmpty();
  }

  private Map<String, WireGuardNodeSpec> published() {
    return client.resources(WireGuardNode.class).list().getItems().stream()
        .collect(Collectors.toMap(n -> n.getMetadata().getName(), WireGuardNode::getSpec));
  }

  private static void assertNoOwner(WireGuardNode node) {
    assertEquals(List.of(), node.getMetadata().getOwnerReferences(), "removed with its owner");
  }

  private int secrets() {
    return client.secrets().inNamespace("weft-system").list().getItems().size()
        + client.secrets().inNamespace("weft-agents").list().getItems().size();
  }
}
