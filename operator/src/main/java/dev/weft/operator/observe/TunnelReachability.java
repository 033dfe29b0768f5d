package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.WireGuardNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Reachability of nodes through the tunnels, as the agents at the other ends report it. Pure.
 *
 * @param reaching by node, the nodes that say that they reach it
 * @param missing by node, the nodes that say that they don't
 */
record TunnelReachability(Map<String, Set<String>> reaching, Map<String, Set<String>> missing) {
  /** No node says anything. */
  static final TunnelReachability NONE = new TunnelReachability(Map.of(), Map.of());

  static TunnelReachability of(Map<String, WireGuardNode> nodes, Map<String, NodeReport> reports) {
    Map<String, String> owners = new HashMap<>();
    nodes.forEach(
        (name, node) -> {
          if (node.getSpec() != null) {
            node.getSpec().devices().forEach(d -> owners.put(d.publicKey(), name));
          }
        });
    Map<String, Set<String>> reaching = new HashMap<>();
    Map<String, Set<String>> missing = new HashMap<>();
    reports.forEach(
        (witness, report) -> {
          if (report.getSpec() == null) {
            return;
          }
          for (var peer : report.getSpec().peers()) {
            var owner = owners.get(peer.publicKey());
            var reachable = peer.reachable();
            if (owner != null && !owner.equals(witness) && reachable != null) {
              (reachable ? reaching : missing)
                  .computeIfAbsent(owner, o -> new HashSet<>())
                  .add(witness);
            }
          }
        });
    return new TunnelReachability(reaching, missing);
  }

  /**
   * Whether more of these witnesses reach the node than miss it. One against one decides nothing:
   * then the Lease alone counts.
   */
  boolean reach(String node, Set<String> heard) {
    return count(reaching, node, heard) > count(missing, node, heard);
  }

  /**
   * When a node was last known to be there: at its own last renewal, or at the last one of a node
   * that reaches it, as long as no more nodes miss it.
   */
  long lastSeen(String node, Map<String, Long> renewals, long renewedAt) {
    if (!reach(node, renewals.keySet())) {
      return renewedAt;
    }
    return reaching.getOrDefault(node, Set.of()).stream()
        .mapToLong(w -> renewals.getOrDefault(w, renewedAt))
        .reduce(renewedAt, Math::max);
  }

  private static long count(Map<String, Set<String>> said, String node, Set<String> heard) {
    return said.getOrDefault(node, Set.of()).stream().filter(heard::contains).count();
  }
}
