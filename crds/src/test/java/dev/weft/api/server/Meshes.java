package dev.weft.api.server;

import dev.weft.api.v1alpha1.WireGuardMesh;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Meshes of a test, as an administrator treats them. */
public final class Meshes {
  private Meshes() {}

  /** Deletes a mesh with the confirmation that the chart's admission policy wants. */
  public static void delete(KubernetesClient admin, String name) {
    var mesh = admin.resources(WireGuardMesh.class).withName(name);
    mesh.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"metadata\":{\"annotations\":{\"weft.dev/confirm-deletion\":\"%s\"}}}".formatted(name));
    mesh.delete();
  }
}
