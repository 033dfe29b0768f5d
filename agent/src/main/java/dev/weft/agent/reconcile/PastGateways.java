package dev.weft.agent.reconcile;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.view.MeshNode;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The names of nodes that were gateways in any view since this agent began. Members that have not
 * applied the present view send through them, and they pass it on (ADR 105). For one thread.
 */
final class PastGateways {
  private final Set<String> names = new TreeSet<>();

  /** Takes the nodes of a view in, and returns the names known by then that are among them. */
  Set<String> after(Collection<MeshNode> nodes) {
    nodes.stream()
        .filter(n -> n.role() == NodeRole.GATEWAY)
        .map(MeshNode::name)
        .forEach(names::add);
    names.retainAll(nodes.stream().map(MeshNode::name).collect(Collectors.toSet()));
    return Set.copyOf(names);
  }
}
