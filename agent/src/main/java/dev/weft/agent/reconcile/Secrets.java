package dev.weft.agent.reconcile;

import dev.weft.agent.view.AcceptedView;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.view.MeshPeer;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which preshared keys a node needs. Pure. */
final class Secrets {
  private Secrets() {}

  /** Names of the Secrets of Peers that may be attached to this node: none on members. */
  static Set<String> neededBy(Optional<AcceptedView> view, String nodeName) {
    var own = view.flatMap(v -> v.view().node(nodeName));
    if (view.isEmpty() || own.isEmpty() || own.get().role() != NodeRole.GATEWAY) {
      return Set.of();
    }
    var here = own.get().location();
    return view.get().view().peers().stream()
        .filter(p -> p.location().isEmpty() || p.location().equals(here))
        .map(MeshPeer::presharedKeySecret)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toSet());
  }
}
