package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.util.List;

/** A link that encapsulates; one serves all nodes that its scope has. */
public sealed interface DesiredTunnel {
  /** The links of this kind that Weft may make; no other link has such a name. */
  List<String> NAMES = List.of("weftip4", "weftvx4", "weftvx6", "weftex4", "weftex6");

  /** The ends between which a link carries packets. */
  enum Scope {
    /** Between the nodes of a location, from one underlay address to another. */
    LOCATION,
    /**
     * Between a node and the exit through which its pods leave the cluster, from one mesh address
     * to another, and so inside the mesh's own tunnels.
     */
    EGRESS
  }

  /** Link name. */
  String name();

  /** The ends between which it carries packets. */
  Scope scope();

  /** Source address of what is sent. */
  IpAddress local();

  /** MTU in bytes, the header already taken off. */
  int mtu();

  /**
   * VXLAN (RFC 7348) without learning: where a frame goes, the forwarding database says.
   *
   * @param scope between which ends
   * @param local an address of this node; its family is that of the outer packets
   * @param mac of the link
   * @param vni 24 bits
   * @param port UDP port
   */
  record Vxlan(Scope scope, IpAddress local, MacAddress mac, int vni, int port, int mtu)
      implements DesiredTunnel {
    private static final int HEADERS_IPV4 = 20 + 8 + 8 + 14;
    private static final int HEADERS_IPV6 = 40 + 8 + 8 + 14;

    @Override
    public String name() {
      var digit = local.family() == Family.IPV4 ? "4" : "6";
      return switch (scope) {
        case LOCATION -> "weftvx" + digit;
        case EGRESS -> "weftex" + digit;
      };
    }

    /** Bytes by which packets get longer: outer IP, UDP, VXLAN and Ethernet headers. */
    public static int overhead(Family outer) {
      return outer == Family.IPV4 ? HEADERS_IPV4 : HEADERS_IPV6;
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
    public Scope scope() {
      return Scope.LOCATION;
    }

    @Override
    public String name() {
      return "weftip4";
    }
  }
}
