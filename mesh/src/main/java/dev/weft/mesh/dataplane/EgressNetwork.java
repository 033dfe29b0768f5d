package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The network between nodes and exits: VXLAN from one mesh address to another. In WireGuard the
 * whole internet could be the allowed IPs of one peer alone, so neither what goes to the internet
 * nor what comes back from it can be sent by a tunnel as it is; inside packets between mesh
 * addresses, which every node reaches, it can, to as many exits as there are.
 */
final class EgressNetwork {
  private final MeshView view;
  private final MeshNode self;
  private final int deviceMtu;
  private final EncapsulationLinks links = new EncapsulationLinks();

  /**
   * A network without links yet.
   *
   * @param deviceMtu bytes that the WireGuard device carries
   */
  EgressNetwork(MeshView view, MeshNode self, int deviceMtu) {
    this.view = view;
    this.self = self;
    this.deviceMtu = deviceMtu;
  }

  /** The links that the paths asked for so far need, with what hangs on them. */
  DesiredEncapsulation encapsulation() {
    return links.encapsulation();
  }

  /** The way of a family's packets to another node; empty: the mesh has no address for it. */
  Optional<RouteTarget.Via> path(MeshNode node, Family family) {
    var outer = Stream.of(Family.values()).filter(f -> has(self, f) && has(node, f)).findFirst();
    var gateway =
        EncapsulationLinks.gateway(
            node, family, Underlay.of(node.addresses(), family).filter(a -> has(self, family)));
    if (outer.isEmpty() || gateway.isEmpty()) {
      return Optional.empty();
    }
    var tunnel = tunnel(outer.get());
    links.add(
        tunnel, node, gateway.get(), Underlay.of(node.addresses(), outer.get()).orElseThrow());
    return Optional.of(new RouteTarget.Via(gateway.get(), tunnel.name()));
  }

  private DesiredTunnel.Vxlan tunnel(Family outer) {
    var spec = view.mesh().spec().encapsulation();
    // The port is that of the location's VXLAN; the network identifier distinguishes the two.
    return new DesiredTunnel.Vxlan(
        DesiredTunnel.Scope.EGRESS,
        Underlay.of(self.addresses(), outer).orElseThrow(),
        MacAddress.derivedFrom(self.name()),
        spec.vni() ^ 1,
        spec.port(),
        Math.max(Underlay.LEAST_MTU, deviceMtu - DesiredTunnel.Vxlan.overhead(outer)));
  }

  private static boolean has(MeshNode node, Family family) {
    return Underlay.of(node.addresses(), family).isPresent();
  }
}
