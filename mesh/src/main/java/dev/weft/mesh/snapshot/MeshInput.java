package dev.weft.mesh.snapshot;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import java.util.List;

/**
 * A WireGuardMesh as read.
 *
 * @param name metadata.name
 * @param createdAt metadata.creationTimestamp, RFC 3339; empty: unknown, taken for young
 * @param spec as written by its user
 * @param effective status.effective; at most one
 */
public record MeshInput(
    String name, String createdAt, WireGuardMeshSpec spec, List<WireGuardMeshSpec> effective) {
  public MeshInput {
    effective = List.copyOf(effective);
  }
}
