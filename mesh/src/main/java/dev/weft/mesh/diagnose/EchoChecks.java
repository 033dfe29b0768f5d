package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.diagnose.DataplaneFacts.Echo;
import dev.weft.mesh.diagnose.HostChecks.Report;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.stream.Stream;

/**
 * Tunnels of the node that the command runs on, tried now. What is silent is distinguished by what
 * the far agent reports of its own kernel: whether it has this node's key, and when that last shook
 * hands.
 */
final class EchoChecks {
  private EchoChecks() {}

  static void check(
      ClusterState state, HostFacts host, MeshView view, PlannedNode plan, Report report) {
    for (var echo : host.dataplane().tunnels()) {
      view.node(echo.node())
          .filter(other -> isDeviceThere(host, plan, other))
          .ifPresent(other -> check(state, host, plan.node(), other, echo, report));
    }
  }

  private static boolean isDeviceThere(HostFacts host, PlannedNode plan, MeshNode other) {
    return PeerDevice.of(plan.node(), other)
        .flatMap(d -> plan.state().device(d.own()))
        .filter(d -> host.links().contains(d.name()))
        .isPresent();
  }

  private static void check(
      ClusterState state, HostFacts host, MeshNode self, MeshNode other, Echo echo, Report report) {
    if (echo.small()) {
      if (!echo.full()) {
        report.addOf(
            pair(self.name(), other.name()),
            "PathMTUBlackHole",
            "small packets pass the tunnel from %s to %s, full ones vanish on the way"
                .formatted(self.name(), other.name()),
            "let ICMP 'fragmentation needed' through on the path, or lower it: kubectl patch wgm %s --type merge -p '{\"spec\":{\"device\":{\"mtu\":1280}}}'"
                .formatted(meshOf(state, self)));
      }
      return;
    }
    if (isExplained(state, host, self, other)) {
      return;
    }
    var far = state.report(other.name());
    var own = PeerDevice.of(other, self).map(d -> d.publicKey().text()).orElse("");
    boolean known =
        far.isEmpty() || far.get().peers().stream().anyMatch(p -> p.publicKey().equals(own));
    if (!known) {
      report.addOf(
          pair(self.name(), other.name()),
          "KeyUnknown",
          "%s does not answer: its kernel has no WireGuard peer with %s's key"
              .formatted(other.name(), self.name()),
          "kubectl describe wgr %1$s; kubectl -n weft-agents logs -l app.kubernetes.io/name=weft-agent --field-selector spec.nodeName=%1$s"
              .formatted(other.name()));
      return;
    }
    var endpoint =
        Stream.concat(PeerDevice.of(self, other).stream(), PeerDevice.of(other, self).stream())
            .flatMap(d -> d.remote().endpoints().stream())
            .findFirst()
            .map(Object::toString)
            .orElse("");
    report.addOf(
        pair(self.name(), other.name()),
        "UDPFiltered",
        "%s knows %s's key (handshake there: %s), and nothing comes back: UDP %s is dropped on the way, in one direction at least"
            .formatted(other.name(), self.name(), state.handshake(other.name(), own), endpoint),
        "open UDP %s in the firewalls of both clouds; is it still that node's? kubectl annotate --overwrite node %s weft.dev/endpoint=HOST:PORT"
            .formatted(endpoint, other.name()));
  }

  /** What is said elsewhere: the node is away, its port closed, its name unknown. */
  private static boolean isExplained(
      ClusterState state, HostFacts host, MeshNode self, MeshNode other) {
    var remote = PeerDevice.of(self, other);
    boolean away = state.node(other.name()).filter(n -> !n.liveness().isSilent()).isEmpty();
    return away
        || remote.isEmpty()
        || remote.get().remote().endpoints().stream()
            .limit(1)
            .anyMatch(
                e ->
                    host.unresolved().contains(e.host())
                        || host.probes().stream()
                            .anyMatch(p -> p.closed() && p.endpoint().equals(e.toString())));
  }

  private static String meshOf(ClusterState state, MeshNode self) {
    return state.views().stream()
        .filter(v -> v.node(self.name()).isPresent())
        .map(v -> v.mesh().name())
        .findFirst()
        .orElse("");
  }

  /** As TunnelChecks names it. */
  static String pair(String one, String other) {
    return one.compareTo(other) < 0
        ? "nodes %s, %s".formatted(one, other)
        : "nodes %s, %s".formatted(other, one);
  }
}
