package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real API server with the policy that asks for a confirmation before a mesh is deleted. */
class MeshPolicyIT {
  private static final String CONFIRM = "weft.dev/confirm-deletion";
  private static ApiServer server;
  private static KubernetesClient admin;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    admin = server.admin();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy/crds").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    var file = ApiServer.repository().resolve("helm/weft/files/mesh-policy.yaml");
    server.kubectl("apply", "-f", file.toString());
    var end = Instant.now().plus(Duration.ofMinutes(1));
    do {
      assertTrue(Instant.now().isBefore(end), "the policy is not in effect");
      TimeUnit.MILLISECONDS.sleep(100);
      create("probe");
    } while (deletes("probe"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void meshes() {
    List.of("weft", "other").forEach(MeshPolicyIT::create);
  }

  private static void create(String name) {
    if (admin.resources(WireGuardMesh.class).withName(name).get() == null) {
      var mesh =
          Serialization.unmarshal(
              """
              apiVersion: weft.dev/v1alpha1
              kind: WireGuardMesh
              metadata: {name: %s}
              spec: {addresses: [10.4.0.0/16]}
              """
                  .formatted(name),
              WireGuardMesh.class);
      admin.resource(mesh).create();
    }
  }

  private static boolean deletes(String name) {
    try {
      admin.resources(WireGuardMesh.class).withName(name).delete();
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private static void annotate(String name, String value) {
    admin
        .resources(WireGuardMesh.class)
        .withName(name)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"%s\":\"%s\"}}}".formatted(CONFIRM, value));
  }

  private static List<String> names() {
    return admin.resources(WireGuardMesh.class).list().getItems().stream()
        .map(mesh -> mesh.getMetadata().getName())
        .filter(name -> !name.equals("probe"))
        .sorted()
        .toList();
  }

  @Test
  void refusalNamesTheMeshAndTheCommandThatConfirms() {
    var refusal =
        assertThrows(
            KubernetesClientException.class,
            () -> admin.resources(WireGuardMesh.class).withName("weft").delete());
    assertEquals(403, refusal.getCode());
    var message = String.valueOf(refusal.getMessage());
    assertTrue(
        message.contains("kubectl annotate wireguardmesh weft weft.dev/confirm-deletion=weft"),
        message);
    assertEquals(List.of("other", "weft"), names());
  }

  /** {@code deletecollection}, and all that kubectl has for it. */
  @Test
  void noWayAroundIt() {
    assertThrows(
        KubernetesClientException.class, () -> admin.resources(WireGuardMesh.class).delete());
    for (var way :
        List.of(
            List.of("delete", "wireguardmesh", "--all"),
            List.of("delete", "wgm", "weft", "other", "--force", "--grace-period=0"),
            List.of("delete", "--raw", "/apis/weft.dev/v1alpha1/wireguardmeshes"))) {
      assertThrows(IOException.class, () -> server.kubectl(way.toArray(String[]::new)));
    }
    assertEquals(List.of("other", "weft"), names());
  }

  @Test
  void confirmationOfAnotherMeshOrAnotherWordDoesNotCount() {
    for (var value : List.of("other", "true", "", "weft ", "*")) {
      annotate("weft", value);
      assertTrue(!deletes("weft"), value);
    }
    assertEquals(List.of("other", "weft"), names());
  }

  @Test
  void confirmedMeshIsDeletedAloneAndMayBeMadeAgainWithoutConfirmation() {
    annotate("weft", "weft");
    assertTrue(deletes("weft"));
    assertEquals(List.of("other"), names());
    create("weft");
    assertTrue(!deletes("weft"), "the confirmation was of the mesh that is gone");
  }
}
