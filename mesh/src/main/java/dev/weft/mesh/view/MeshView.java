package dev.weft.mesh.view;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * All that the agents of a mesh are told: equal on each of them, and on the operator.
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

  /** Twelve hex digits that change when anything here does. */
  public String revision() {
    return Revision.of(toString());
  }
}
