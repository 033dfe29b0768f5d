package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.Optional;

/** What full tunnels need of their exits, and exits refuse. */
final class ExitChecks {
  private ExitChecks() {}

  static void check(
      ClusterState state, MeshView view, List<PlannedNode> plans, List<Fault> faults) {
    var topology = new Topology(view);
    for (var peer : view.peers()) {
      if (!peer.fullTunnel()) {
        continue;
      }
      topology
          .gateway(peer.location())
          .flatMap(g -> plans.stream().filter(p -> p.node().name().equals(g.name())).findFirst())
          .ifPresent(exit -> servers(state, view, peer, exit, faults));
    }
  }

  /** Without its DNS server a full tunnel reaches the internet by address alone. */
  private static void servers(
      ClusterState state, MeshView view, MeshPeer peer, PlannedNode exit, List<Fault> faults) {
    var own = state.peer(peer.name()).map(p -> p.spec().dns()).orElse(List.of());
    boolean isOwn = !own.isEmpty();
    var device = view.mesh().spec().device().name();
    for (var text : isOwn ? own : view.mesh().spec().clientDNS()) {
      address(text)
          .filter(a -> exit.state().firewall().exit().refuses(device, a))
          .ifPresent(
              a ->
                  faults.add(
                      new Fault(
                          "DNSRefusedByExit",
                          "Peer/" + peer.name(),
                          "its DNS server %s (%s) is a private or special address, or on-link at %s, its exit, which drops what is for it"
                              .formatted(
                                  a,
                                  isOwn ? "spec.dns" : "the mesh's clientDNS",
                                  exit.node().name()),
                          "add %s to spec.allowedExitCIDRs of mesh %s, or name a server that is public or in the cluster"
                              .formatted(Prefix.host(a), view.mesh().name()))));
    }
  }

  private static Optional<IpAddress> address(String text) {
    try {
      return Optional.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // said of the object
    }
  }
}
