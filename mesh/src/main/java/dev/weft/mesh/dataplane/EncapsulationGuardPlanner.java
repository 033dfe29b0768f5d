package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import dev.weft.mesh.tunnel.GuardedMember;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Who may send encapsulated packets to a node, and what a gateway takes from each member of its
 * location (ADR 105).
 */
final class EncapsulationGuardPlanner {
  private EncapsulationGuardPlanner() {}

  /**
   * Anybody could send encapsulated what comes from nowhere; only the location's nodes may, and
   * those of the mesh from their mesh addresses.
   */
  static EncapsulationGuard plan(
      MeshView view,
      MeshNode self,
      Topology topology,
      DesiredEncapsulation encapsulation,
      NodeFacts facts) {
    if (encapsulation.tunnels().isEmpty()) {
      return EncapsulationGuard.NONE;
    }
    var ports = new TreeSet<Integer>();
    boolean ipip = false;
    for (var tunnel : encapsulation.tunnels()) {
      switch (tunnel) {
        case DesiredTunnel.Vxlan vxlan -> ports.add(vxlan.port());
        case DesiredTunnel.Ipip any -> ipip = true;
      }
    }
    boolean inside = !encapsulation.tunnels(DesiredTunnel.Scope.LOCATION).isEmpty();
    boolean leaving = !encapsulation.tunnels(DesiredTunnel.Scope.EGRESS).isEmpty();
    var senders = new ArrayList<IpAddress>();
    if (inside) {
      others(topology.nodes(self.location()), self).forEach(n -> senders.addAll(n.internalIPs()));
    }
    if (leaving) {
      others(view.nodes(), self).forEach(n -> senders.addAll(n.addresses()));
    }
    var members = new ArrayList<GuardedMember>();
    var location = new ArrayList<Prefix>();
    if (inside && Topology.isSpeaker(self)) {
      for (var node : topology.nodes(self.location())) {
        var own = FirewallPlanner.own(node);
        location.addAll(own);
        if (!node.name().equals(self.name()) && sendsItsOwnAlone(node, facts)) {
          var from = new ArrayList<>(node.internalIPs());
          if (leaving) {
            from.addAll(node.addresses());
          }
          members.add(new GuardedMember(from, own));
        }
      }
    }
    return new EncapsulationGuard(
        List.copyOf(ports),
        ipip,
        Aggregation.of(senders.stream().map(Prefix::host).toList()),
        members,
        members.isEmpty() ? List.of() : Aggregation.of(location));
  }

  /**
   * A gateway passes on what members of its location send; so does one that no longer is a gateway,
   * for members that have not heard of it yet.
   */
  private static boolean sendsItsOwnAlone(MeshNode node, NodeFacts facts) {
    return !Topology.isSpeaker(node) && !facts.pastGateways().contains(node.name());
  }

  private static Stream<MeshNode> others(List<MeshNode> nodes, MeshNode self) {
    return nodes.stream().filter(n -> !n.name().equals(self.name()));
  }
}
