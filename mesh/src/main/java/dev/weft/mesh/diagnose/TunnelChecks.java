package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.List;

/** Tunnels between nodes that should be up. */
final class TunnelChecks {
  private TunnelChecks() {}

  static void check(ClusterState state, MeshView view, List<Fault> faults) {
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
        }
      }
    }
  }

  private static void tunnel(ClusterState state, MeshNode a, MeshNode b, List<Fault> faults) {
    var one = state.handshake(a.name(), b.devices().getFirst().publicKey().text());
    var other = state.handshake(b.name(), a.devices().getFirst().publicKey().text());
    if (one.equals("Fresh") || other.equals("Fresh") || (one.isEmpty() && other.isEmpty())) {
      return;
    }
    boolean kept = a.persistentKeepaliveSeconds() + b.persistentKeepaliveSeconds() > 0;
    boolean never = !one.equals("Stale") && !other.equals("Stale");
    var object = "nodes %s, %s".formatted(a.name(), b.name());
    var endpoint =
        java.util.stream.Stream.of(b, a)
            .flatMap(n -> n.devices().getFirst().endpoints().stream())
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
