package dev.weft.agent.reconcile;

import dev.weft.agent.metrics.AgentGauges;
import dev.weft.agent.metrics.LaneFigures;
import dev.weft.agent.metrics.Party;
import dev.weft.agent.probe.Tunnel;
import dev.weft.agent.report.Finding;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.ViewKeeper;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.view.MeshView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How the agent stands after a pass. */
final class Gauges {
  private Gauges() {}

  /**
   * The figures.
   *
   * @param services that know what the pass itself doesn't
   */
  static AgentGauges of(
      ViewKeeper views,
      Outcome outcome,
      List<Finding> findings,
      Map<PeerId, Tunnel> tunnels,
      Map<PeerId, Long> endpointChanges,
      LaneFigures lanes,
      Services services) {
    var view = views.accepted();
    boolean held = !views.finding().good() && view.isPresent();
    return new AgentGauges(
        view.map(v -> v.published().mesh()).orElse(""),
        view.map(AcceptedView::revision).orElse(""),
        view.map(v -> v.view().nodes().size()).orElse(0),
        view.map(v -> v.view().peers().size()).orElse(0),
        outcome.isClean() && view.isPresent(),
        held,
        view.isPresent() && !views.confirmed() && !held,
        services.checkpoint().savedAtEpochSecond(),
        services.lease().reachable(),
        services.names().unresolved(),
        findings.stream().collect(Collectors.toMap(Finding::type, Finding::good)),
        view.map(v -> reasons(Reports.problems(v, outcome))).orElse(Map.of()),
        outcome.desired().stream().findFirst().map(Gauges::sizes).orElse(Map.of()),
        outcome.seen(),
        endpointChanges,
        view.map(v -> parties(v.view())).orElse(Map.of()),
        tunnels,
        lanes);
  }

  private static Map<String, Long> reasons(List<Problem> problems) {
    return problems.stream().collect(Collectors.groupingBy(Problem::reason, Collectors.counting()));
  }

  private static Map<String, Long> sizes(DesiredState desired) {
    var peers = desired.devices().stream().flatMap(d -> d.peers().stream()).toList();
    return Map.of(
        "device", (long) desired.devices().size(),
        "peer", (long) peers.size(),
        "allowed_ip", peers.stream().map(DesiredPeer::allowedIPs).mapToLong(List::size).sum(),
        "address", (long) desired.addresses().size(),
        "next_hop", (long) desired.nextHops().size(),
        "group", (long) desired.nextHopGroups().size(),
        "route", (long) desired.routes().size(),
        "rule", (long) desired.rules().size(),
        "encapsulation", (long) desired.encapsulation().tunnels().size());
  }

  private static Map<PublicKey, Party> parties(MeshView view) {
    var parties = new HashMap<PublicKey, Party>();
    view.nodes()
        .forEach(
            n -> n.devices().forEach(d -> parties.put(d.publicKey(), new Party("Node", n.name()))));
    view.peers().forEach(p -> parties.put(p.publicKey(), new Party("Peer", p.name())));
    return parties;
  }
}
