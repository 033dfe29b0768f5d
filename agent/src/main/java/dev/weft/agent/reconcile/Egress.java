package dev.weft.agent.reconcile;

import dev.weft.agent.probe.TunnelProber;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.PodWatch;
import dev.weft.mesh.egress.EgressChoice;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who of this node leaves the cluster elsewhere.
 *
 * @param local what is known of it
 * @param carried bytes of the packets that arrive at exits, by mesh address
 * @param known whether the node's pods have been listed, so that a rule for one that isn't among
 *     them may be removed
 */
record Egress(LocalEgress local, Map<IpAddress, Integer> carried, boolean known) {
  /**
   * Follows the pods as far as the view asks for it, and chooses among them.
   *
   * @param node name of the own Node
   */
  static Egress of(
      String node, Optional<AcceptedView> view, PodWatch pods, Optional<TunnelProber> probes) {
    var rules = view.map(v -> v.view().mesh().spec().egress()).orElse(List.of());
    pods.follow(!rules.isEmpty());
    if (!pods.synced()) {
      return new Egress(
          new LocalEgress(List.of(), Set.of(), List.of(unknown(node))), Map.of(), false);
    }
    var chosen = EgressChoice.choose(node, rules, pods.pods(), pods.namespaces());
    return new Egress(
        chosen.withSilentExits(probes.map(TunnelProber::silentExits).orElse(Set.of())),
        probes.map(TunnelProber::exits).orElse(Map.of()),
        true);
  }

  private static Problem unknown(String node) {
    return Problem.warning(
        "Node",
        node,
        "spec.egress",
        "PodsUnknown",
        "the pods of this node, or the namespaces, have not been listed yet, and no pod is newly led to an exit; if it lasts, let the ServiceAccount weft-agent list and watch pods and namespaces");
  }
}
