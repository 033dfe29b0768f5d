package dev.weft.mesh.snapshot;

import java.util.List;
import java.util.Set;

/**
 * All that the operator has read.
 *
 * @param meshes in any order
 * @param nodes in any order
 * @param peers in any order
 * @param unresolvedNames DNS names of endpoints that do not resolve, as the operator sees it
 * @param nowEpochSecond for expiry
 */
public record ClusterSnapshot(
    List<MeshInput> meshes,
    List<NodeInput> nodes,
    List<PeerInput> peers,
    Set<String> unresolvedNames,
    long nowEpochSecond) {
  public ClusterSnapshot {
    meshes = List.copyOf(meshes);
    nodes = List.copyOf(nodes);
    peers = List.copyOf(peers);
  }
}
