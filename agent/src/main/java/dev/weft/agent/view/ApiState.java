package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the API server has told so far.
 *
 * @param synced whether every kind was listed completely; before that, absence means nothing
 * @param meshes by name
 * @param deletedMeshes names whose deletion was seen as an event, and that did not come back
 * @param nodes WireGuardNodes of all meshes, by name
 * @param peers accepted Peers of all meshes, by name
 * @param podCIDRs of the own Node; empty Optional: the Node is not known
 */
public record ApiState(
    boolean synced,
    Map<String, MeshObject> meshes,
    Set<String> deletedMeshes,
    Map<String, WireGuardNodeSpec> nodes,
    Map<String, EffectivePeer> peers,
    Optional<List<String>> podCIDRs) {
  public ApiState {
    meshes = Map.copyOf(meshes);
    deletedMeshes = Set.copyOf(deletedMeshes);
    nodes = Map.copyOf(nodes);
    peers = Map.copyOf(peers);
  }

  /** Before anything was heard. */
  public static final ApiState NOTHING =
      new ApiState(false, Map.of(), Set.of(), Map.of(), Map.of(), Optional.empty());
}
