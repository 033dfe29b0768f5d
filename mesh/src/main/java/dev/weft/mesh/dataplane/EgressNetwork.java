package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
  private final Map<String, DesiredTunnel> tunnels = new TreeMap<>();
  private final Set<TunnelNeighbour> neighbours = new LinkedHashSet<>();
  private final Set<TunnelForwarding> forwardings = new LinkedHashSet<>();

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
    return new DesiredEncapsulation(
        List.copyOf(tunnels.values()), List.copyOf(neighbours), List.copyOf(forwardings));
  }

  /** The way of a family's packets to another node; empty: the mesh has no address for it. */
  Optional<RouteTarget.Via> path(MeshNode node, Family family) {
    var outer = Stream.of(Family.values()).filter(f -> has(self, f) && has(node, f)).findFirst();
    var mac = MacAddress.derivedFrom(node.name());
    // A gateway of IPv6 that table main has a route to is refused; the link's own address is not.
    var gateway =
        family == Family.IPV6
            ? Optional.of(mac.linkLocal())
            : Underlay.of(node.addresses(), family).filter(a -> has(self, family));
    if (outer.isEmpty() || gateway.isEmpty()) {
      return Optional.empty();
    }
    var tunnel = tunnel(outer.get());
    tunnels.put(tunnel.name(), tunnel);
    neighbours.add(new TunnelNeighbour(tunnel.name(), gateway.get(), mac));
    forwardings.add(
        new TunnelForwarding(
            tunnel.name(), mac, Underlay.of(node.addresses(), outer.get()).orElseThrow()));
    return Optional.of(new RouteTarget.Via(gateway.get(), tunnel.name()));
  }

  private DesiredTunnel tunnel(Family outer) {
    var spec = view.mesh().spec().encapsulation();
    // The port is that of the location's VXLAN; the network identifier tells the two apart.
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
