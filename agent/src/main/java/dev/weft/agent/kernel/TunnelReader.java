package dev.weft.agent.kernel;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.Request;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.agent.rtnetlink.NeighbourMessages;
import dev.weft.agent.rtnetlink.TunnelMessages;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.mesh.kernel.SeenEncapsulation;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenTunnel;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads encapsulating links that have our names, and their addresses and routes. */
final class TunnelReader {
  private final NetlinkSocket route;

  TunnelReader(NetlinkSocket route) {
    this.route = route;
  }

  /**
   * What there is; costs nothing where there are no such links.
   *
   * @param links all links
   */
  SeenEncapsulation read(List<SeenLink> links) throws IOException {
    var tunnels = new ArrayList<SeenTunnel>();
    var neighbours = new ArrayList<TunnelNeighbour>();
    var forwardings = new ArrayList<TunnelForwarding>();
    for (var link : links) {
      if (DesiredTunnel.NAMES.contains(link.name())) {
        read(link, tunnels, neighbours, forwardings);
      }
    }
    return new SeenEncapsulation(tunnels, neighbours, forwardings);
  }

  private void read(
      SeenLink link,
      List<SeenTunnel> tunnels,
      List<TunnelNeighbour> neighbours,
      List<TunnelForwarding> forwardings)
      throws IOException {
    var name = link.name();
    try {
      route
          .get("RTM_GETLINK " + name, LinkMessages.get(name), TunnelMessages::read)
          .ifPresent(tunnels::add);
      if (!link.kind().equals("vxlan")) {
        return;
      }
      for (var family : Family.values()) {
        Request dump = NeighbourMessages.dumpNeighbours(family, link.index());
        neighbours.addAll(
            route.<TunnelNeighbour>dump(
                "RTM_GETNEIGH " + name,
                dump,
                (m, sink) -> NeighbourMessages.readNeighbour(m, name).ifPresent(sink)));
      }
      forwardings.addAll(
          route.<TunnelForwarding>dump(
              "RTM_GETNEIGH bridge " + name,
              NeighbourMessages.dumpForwardings(link.index()),
              (m, sink) -> NeighbourMessages.readForwarding(m, name).ifPresent(sink)));
    } catch (KernelRefusal e) {
      if (e.errno() != Errno.ENODEV) { // gone meanwhile
        throw e;
      }
    }
  }

  /** Which links the kernel can make. */
  List<EncapsulationProtocol> available() throws IOException {
    var available = new ArrayList<EncapsulationProtocol>();
    for (var protocol : List.of(EncapsulationProtocol.IPIP, EncapsulationProtocol.VXLAN)) {
      var ack = route.execute(List.of(TunnelMessages.probe(protocol))).getFirst();
      if (ack.errno() != Errno.EOPNOTSUPP) {
        available.add(protocol);
      }
    }
    return available;
  }
}
