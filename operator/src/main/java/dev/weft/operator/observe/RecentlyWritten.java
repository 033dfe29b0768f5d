package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;

/**
 * The own writes that the watches have not shown yet, by kind.
 *
 * @param meshes statuses
 * @param peers statuses
 * @param nodes specs and statuses
 */
public record RecentlyWritten(
    RecentWrites<WireGuardMesh> meshes,
    RecentWrites<Peer> peers,
    RecentWrites<WireGuardNode> nodes) {
  /** Nothing was written yet. */
  public static RecentlyWritten none() {
    return new RecentlyWritten(new RecentWrites<>(), new RecentWrites<>(), new RecentWrites<>());
  }
}
