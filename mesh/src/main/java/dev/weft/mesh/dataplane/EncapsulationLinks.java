package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import dev.weft.mesh.view.MeshNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Links that encapsulate, with what hangs on them, gathered while paths are asked for. */
final class EncapsulationLinks {
  private final Map<String, DesiredTunnel> tunnels = new TreeMap<>();
  private final Set<TunnelNeighbour> neighbours = new LinkedHashSet<>();
  private final Set<TunnelForwarding> forwardings = new LinkedHashSet<>();

  /**
   * How routes name a node as gateway on a VXLAN link.
   *
   * @param ipv4 an address of it that only this link leads to
   */
  static Optional<IpAddress> gateway(MeshNode node, Family family, Optional<IpAddress> ipv4) {
    return switch (family) {
      case IPV4 -> ipv4;
      // One that table main has a route to is refused; the link's own address is not.
      case IPV6 -> Optional.of(MacAddress.derivedFrom(node.name()).linkLocal());
    };
  }

  void add(DesiredTunnel tunnel) {
    tunnels.put(tunnel.name(), tunnel);
  }

  /**
   * Adds a node at the other end of a VXLAN link.
   *
   * @param gateway as routes name it
   * @param to where outer packets go
   */
  void add(DesiredTunnel.Vxlan tunnel, MeshNode node, IpAddress gateway, IpAddress to) {
    var mac = MacAddress.derivedFrom(node.name());
    add(tunnel);
    neighbours.add(new TunnelNeighbour(tunnel.name(), gateway, mac));
    forwardings.add(new TunnelForwarding(tunnel.name(), mac, to));
  }

  DesiredEncapsulation encapsulation() {
    return new DesiredEncapsulation(
        List.copyOf(tunnels.values()), List.copyOf(neighbours), List.copyOf(forwardings));
  }
}
