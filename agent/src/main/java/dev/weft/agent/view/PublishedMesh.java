package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The objects of one mesh as put into effect; what a checkpoint keeps.
 *
 * @param mesh name of the WireGuardMesh
 * @param effective its status.effective
 * @param nodes spec of each of its WireGuardNodes, by name
 * @param peers status.effective of each of its Peers, by name
 */
public record PublishedMesh(
    String mesh,
    WireGuardMeshSpec effective,
    SortedMap<String, WireGuardNodeSpec> nodes,
    SortedMap<String, EffectivePeer> peers) {
  public PublishedMesh {
    nodes = new TreeMap<>(nodes);
    peers = new TreeMap<>(peers);
  }

  /** The objects of that mesh among all. */
  static PublishedMesh of(String mesh, WireGuardMeshSpec effective, ApiState state) {
    var nodes = new TreeMap<>(state.nodes());
    nodes.values().removeIf(n -> !n.mesh().equals(mesh));
    Map<String, EffectivePeer> peers = new TreeMap<>(state.peers());
    peers.values().removeIf(p -> !p.mesh().equals(mesh));
    return new PublishedMesh(mesh, effective, nodes, new TreeMap<>(peers));
  }
}
