package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tunnels between nodes that should be up. */
final class TunnelChecks {
  private TunnelChecks() {}

  /** Whether one takes the other's pulse and feels none, while both report. */
  private static boolean isAway(ClusterState state, MeshNode from, MeshNode to) {
    return state.isSilent(from, to)
        && Stream.of(from, to)
            .allMatch(n -> state.node(n.name()).filter(i -> !i.liveness().isSilent()).isPresent());
  }

  /**
   * Checks.
   *
   * @param hosts nodes that have tried their tunnels just now, which is newer than what agents say
   *     of what passes
   */
  static void check(ClusterState state, MeshView view, List<HostFacts> hosts, List<Fault> faults) {
    var tried =
        hosts.stream()
            .flatMap(
                h -> h.dataplane().tunnels().stream().map(e -> EchoChecks.pair(h.node(), e.node())))
            .collect(Collectors.toSet());
    var topology = new Topology(view);
    for (var a : view.nodes()) {
      for (var b : view.nodes()) {
        boolean each =
            a.name().compareTo(b.name()) < 0
                && !a.devices().isEmpty()
                && !b.devices().isEmpty()
                && Topology.isSpeaker(a)
                && Topology.isSpeaker(b)
                && topology.hop(a, b) instanceof Hop.Tunnel tunnel
                && tunnel.speaker().name().equals(b.name());
        if (each) {
          tunnel(state, a, b, faults);
          if (!tried.contains(EchoChecks.pair(a.name(), b.name()))) {
            narrow(state, a, b, faults);
          }
        }
      }
    }
  }

  /** What an agent has found out of a path; both of them may have, and it is said once. */
  private static void narrow(ClusterState state, MeshNode a, MeshNode b, List<Fault> faults) {
    Stream.of(List.of(a, b), List.of(b, a))
        .flatMap(
            p ->
                state.report(p.getFirst().name()).stream()
                    .flatMap(r -> r.conditions().stream())
                    .filter(c -> c.getType().equals("PathMTU") && c.getStatus().equals("False"))
                    .filter(c -> c.getMessage().contains(" to node " + p.getLast().name() + " "))
                    .map(c -> p))
        .findFirst()
        .ifPresent(
            p ->
                faults.add(
                    new Fault(
                        "PathMTUBlackHole",
                        EchoChecks.pair(a.name(), b.name()),
                        "large packets from %s to %s vanished on the way; its routes have the MTU that passes"
                            .formatted(p.getFirst().name(), p.getLast().name()),
                        "let ICMP 'fragmentation needed' through on the path; kubectl describe wgr %s has the sizes"
                            .formatted(p.getFirst().name()))));
  }

  private static void tunnel(ClusterState state, MeshNode a, MeshNode b, List<Fault> faults) {
    var silent =
        Stream.of(List.of(a, b), List.of(b, a))
            .filter(p -> isAway(state, p.getFirst(), p.getLast()))
            .findFirst();
    if (silent.isPresent()) {
      faults.add(
          new Fault(
              "TunnelSilent",
              "nodes %s, %s".formatted(a.name(), b.name()),
              "%s gets no answer from %s through their tunnel, though the agents of both are alive"
                  .formatted(silent.get().getFirst().name(), silent.get().getLast().name()),
              "on %1$s, as root: kubectl weft diagnose --node %1$s"
                  .formatted(silent.get().getFirst().name())));
      return;
    }
    var one = state.handshake(a, b);
    var other = state.handshake(b, a);
    if (one.equals("Fresh") || other.equals("Fresh") || (one.isEmpty() && other.isEmpty())) {
      return;
    }
    boolean kept = a.persistentKeepaliveSeconds() + b.persistentKeepaliveSeconds() > 0;
    boolean never = !one.equals("Stale") && !other.equals("Stale");
    var object = "nodes %s, %s".formatted(a.name(), b.name());
    var endpoint =
        Stream.concat(PeerDevice.of(a, b).stream(), PeerDevice.of(b, a).stream())
            .flatMap(d -> d.remote().endpoints().stream())
            .findFirst();
    if (kept && !never) {
      faults.add(
          new Fault(
              "TunnelLost",
              object,
              "their tunnel is kept alive, and had no handshake for three minutes",
              "open UDP%s again; is the address still that node's? kubectl annotate --overwrite node NODE weft.dev/endpoint=HOST:PORT"
                  .formatted(endpoint.map(e -> " " + e).orElse(""))));
    } else if (never && kept) {
      faults.add(
          new Fault(
              "TunnelNeverUp",
              object,
              "they never shook hands, though one of them calls: UDP is dropped on the way, or the endpoint is wrong",
              "open UDP%s in its cloud's firewall; on the caller: weft diagnose"
                  .formatted(endpoint.map(e -> " " + e).orElse(""))));
    }
  }
}
