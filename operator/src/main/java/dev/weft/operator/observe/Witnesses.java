package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.WireGuardNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who reaches whom inside the tunnels, as agents report it. Pure. */
final class Witnesses {
  private Witnesses() {}

  /** By node, the nodes that say so of it. */
  static Map<String, Set<String>> of(
      Map<String, WireGuardNode> nodes, Map<String, NodeReport> reports) {
    Map<String, String> owners = new HashMap<>();
    nodes.forEach(
        (name, node) -> {
          if (node.getSpec() != null) {
            node.getSpec().devices().forEach(d -> owners.put(d.publicKey(), name));
          }
        });
    Map<String, Set<String>> witnesses = new HashMap<>();
    reports.forEach(
        (witness, report) -> {
          if (report.getSpec() == null) {
            return;
          }
          for (var peer : report.getSpec().peers()) {
            var owner = owners.get(peer.publicKey());
            if (owner != null && !owner.equals(witness) && Boolean.TRUE.equals(peer.reachable())) {
              witnesses.computeIfAbsent(owner, o -> new HashSet<>()).add(witness);
            }
          }
        });
    return witnesses;
  }
}
