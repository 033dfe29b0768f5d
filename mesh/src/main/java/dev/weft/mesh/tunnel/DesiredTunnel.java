package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.util.List;

/** A link that encapsulates; one serves all nodes of the location. */
public sealed interface DesiredTunnel {
  /** The links of this kind that Weft may make; no other link bears such a name. */
  List<String> NAMES = List.of("weftip4", "weftvx4", "weftvx6");

  /** Link name. */
  String name();

  /** Source address of what is sent. */
  IpAddress local();

  /** MTU in bytes, the header already taken off. */
  int mtu();

  /**
   * VXLAN (RFC 7348) without learning: where a frame goes, the forwarding database says.
   *
   * @param local an address of this node; its family is that of the outer packets
   * @param mac of the link
   * @param vni 24 bits
   * @param port UDP port
   */
  record Vxlan(IpAddress local, MacAddress mac, int vni, int port, int mtu)
      implements DesiredTunnel {
    @Override
    public String name() {
      return switch (local.family()) {
        case IPV4 -> "weftvx4";
        case IPV6 -> "weftvx6";
      };
    }
  }

  /**
   * IPv4 in IPv4 (RFC 2003) to whomever the route's gateway names.
   *
   * @param local an address of this node
   * @param mark firewall mark of the outer packets, so that no route of the mesh takes them
   */
  record Ipip(IpAddress local, long mark, int mtu) implements DesiredTunnel {
    @Override
    public String name() {
      return "weftip4";
    }
  }
}
