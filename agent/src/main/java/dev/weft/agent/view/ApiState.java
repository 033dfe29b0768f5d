package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the API server has shown so far.
 *
 * @param synced whether every kind was listed completely; before that, absence means nothing
 * @param meshes by name
 * @param deletedMeshes names that were seen to be deleted for themselves and not with their CRD,
 *     and that did not come back
 * @param nodes WireGuardNodes of all meshes, by name
 * @param peers accepted Peers of all meshes, by name
 * @param revokedPeers names that were seen to be deleted for themselves, or that are no longer in
 *     force
 * @param lostPeers names that went with their CRD, or of which it isn't known yet, and of Peers
 *     that the operator has not looked at since they were made
 * @param podCIDRs of the own Node; empty Optional: the Node is not known
 */
public record ApiState(
    boolean synced,
    Map<String, MeshObject> meshes,
    Set<String> deletedMeshes,
    Map<String, WireGuardNodeSpec> nodes,
    Map<String, EffectivePeer> peers,
    Set<String> revokedPeers,
    Set<String> lostPeers,
    Optional<List<String>> podCIDRs) {
  public ApiState {
    revokedPeers = Set.copyOf(revokedPeers);
    lostPeers = Set.copyOf(lostPeers);
    meshes = Map.copyOf(meshes);
    deletedMeshes = Set.copyOf(deletedMeshes);
    nodes = Map.copyOf(nodes);
    peers = Map.copyOf(peers);
  }

  /** Where no Peer was revoked or lost. */
  public ApiState(
      boolean synced,
      Map<String, MeshObject> meshes,
      Set<String> deletedMeshes,
      Map<String, WireGuardNodeSpec> nodes,
      Map<String, EffectivePeer> peers,
      Optional<List<String>> podCIDRs) {
    this(synced, meshes, deletedMeshes, nodes, peers, Set.of(), Set.of(), podCIDRs);
  }

  /** Before anything was heard. */
  public static final ApiState NOTHING =
      new ApiState(false, Map.of(), Set.of(), Map.of(), Map.of(), Optional.empty());
}
