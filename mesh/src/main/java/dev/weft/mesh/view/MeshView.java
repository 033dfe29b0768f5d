package dev.weft.mesh.view;

import dev.weft.api.v1alpha1.NodeRole;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that the agents of a mesh read: equal on each of them, and on the operator.
 *
 * @param mesh the mesh
 * @param nodes by name
 * @param peers by name
 */
public record MeshView(MeshSettings mesh, List<MeshNode> nodes, List<MeshPeer> peers) {
  public MeshView {
    nodes = nodes.stream().sorted(Comparator.comparing(MeshNode::name)).toList();
    peers = peers.stream().sorted(Comparator.comparing(MeshPeer::name)).toList();
  }

  /** The node of that name. */
  public Optional<MeshNode> node(String name) {
    return nodes.stream().filter(n -> n.name().equals(name)).findFirst();
  }

  /** Names of the gateways that another node of their location could stand in for. */
  public Set<String> replaceableGateways() {
    var sizes =
        nodes.stream().collect(Collectors.groupingBy(MeshNode::location, Collectors.counting()));
    return nodes.stream()
        .filter(n -> n.role() == NodeRole.GATEWAY && sizes.getOrDefault(n.location(), 0L) > 1)
        .map(MeshNode::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Twelve hex digits that change when anything here does. Where no node has an ordinal above 0,
   * ordinals are left out of the text, and what no node does is, so that versions without these
   * fields compute the same.
   */
  public String revision() {
    boolean hasLanes = nodes.stream().anyMatch(n -> n.ordinal() > 0);
    var text = toString().replace(", draining=false,", ",");
    return Revision.of(hasLanes ? text : text.replace(", ordinal=0,", ","));
  }
}
