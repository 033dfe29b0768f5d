package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.Meshes;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The range of mesh addresses: named from the start, kept, and the way to another one. */
final class AddressesIT extends OperatorFixture {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String WITHOUT = MESH.replace("addresses: [10.4.0.0/16], ", "");

  private List<String> addressesOf(String node) {
    var published = cloud.published(node);
    return published == null ? List.of() : published.getSpec().addresses();
  }

  private void awaitAddresses(String range) throws InterruptedException {
    await(
        LONG,
        () ->
            List.of("aws-1", "gcp-1").stream()
                .allMatch(n -> addressesOf(n).stream().anyMatch(a -> a.startsWith(range))),
        () -> "aws-1 has " + addressesOf("aws-1") + ", gcp-1 has " + addressesOf("gcp-1"));
  }

  private static String refusal(Runnable write) {
    return String.valueOf(assertThrows(KubernetesClientException.class, write::run).getMessage());
  }

  @Test
  void aMeshThatNamesNoAddressesIsRefused() {
    var message = refusal(() -> cloud.mesh(WITHOUT));
    assertTrue(message.contains("spec.addresses: Required value"), message);
  }

  /** As for those who synced the mesh with an older version, which filled the field in. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aManifestWithoutTheFieldLeavesTheAddressesOfAMeshThatHasThem(boolean serverSide) {
    cloud.mesh(MESH);
    if (serverSide) {
      client.resource(WITHOUT).fieldManager("git").forceConflicts().serverSideApply();
    } else {
      client
          .resources(WireGuardMesh.class)
          .withName("weft")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"podCIDRs\":[\"10.42.0.0/16\"]}}");
    }
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    assertEquals(List.of("10.4.0.0/16"), mesh.getSpec().addresses());
  }

  /** What docs/operations.md says of another range. */
  @Test
  void anotherRangeTakesANewMesh() throws InterruptedException {
    cloud.mesh(MESH);
    cloud.threeClouds();
    cloud.mesh(peer("roaming", ""));
    awaitAddresses("10.4.");
    awaitPeer("10.4.");
    var other = MESH.replace("10.4.0.0/16", "10.9.0.0/16");
    var message =
        refusal(
            () -> client.resource(other).fieldManager("git").forceConflicts().serverSideApply());
    assertTrue(message.contains("For another range delete the mesh"), message);
    Meshes.delete(client, "weft");
    await(
        LONG,
        () -> client.resources(WireGuardNode.class).list().getItems().isEmpty(),
        () -> "left: " + client.resources(WireGuardNode.class).list().getItems().size());
    cloud.mesh(other);
    awaitAddresses("10.9.");
    awaitPeer("10.9.");
  }

  private void awaitPeer(String range) throws InterruptedException {
    await(
        LONG,
        () -> addressesOfPeer().stream().anyMatch(a -> a.startsWith(range)),
        () -> "the Peer has " + addressesOfPeer());
  }

  private List<String> addressesOfPeer() {
    var status = client.resources(Peer.class).withName("roaming").get().getStatus();
    return status == null ? List.of() : status.addresses();
  }
}
