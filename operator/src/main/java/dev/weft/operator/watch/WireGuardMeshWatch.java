package dev.weft.operator.watch;

import dev.weft.api.v1alpha1.WireGuardMesh;

/** Watches meshes. */
final class WireGuardMeshWatch extends Watch<WireGuardMesh> {
  WireGuardMeshWatch(Listener<WireGuardMesh> listener) {
    super(listener);
  }
}
