package dev.weft.agent.rtnetlink;

import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.kernel.SeenNeighbour;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.util.Optional;

/**
 * Neighbour tables and forwarding databases ({@code include/uapi/linux/neighbour.h}).
 *
 * <pre>
 *  ndmsg:  | u8 family | u8 – | u16 – | s32 index | u16 state | u8 flags | u8 type |
 * </pre>
 */
public final class NeighbourMessages {
  private static final int PF_BRIDGE = 7;
  private static final int NDMSG_LENGTH = 12;
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;
  private static final int NDA_IFINDEX = 8;
  private static final int NTF_USE = 1;
  private static final int NTF_SELF = 2;
  private static final int NUD_FAILED_OR_NONE = 0x21;
  private static final int NUD_NOARP = 0x40;
  private static final int NUD_PERMANENT = 0x80;
  private static final int MAC_OCTETS = 6;
  private static final int SET = Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE;

  private NeighbourMessages() {}

  /** Adds or replaces a permanent entry. */
  public static Request set(TunnelNeighbour n, int index) {
    return neighbour(n, index).request(RtNetlink.RTM_NEWNEIGH, SET);
  }

  public static Request remove(TunnelNeighbour n, int index) {
    return neighbour(n, index).request(RtNetlink.RTM_DELNEIGH, 0);
  }

  private static PayloadBuilder neighbour(TunnelNeighbour n, int index) {
    int family = AddressFamilies.number(n.gateway().family());
    return header(family, index, NUD_PERMANENT, 0)
        .attributeAddress(NDA_DST, n.gateway())
        .attribute(NDA_LLADDR, n.mac().toBytes());
  }

  /** Adds or replaces an entry of a VXLAN link's own database. */
  public static Request set(TunnelForwarding f, int index) {
    return forwarding(f, index).request(RtNetlink.RTM_NEWNEIGH, SET);
  }

  public static Request remove(TunnelForwarding f, int index) {
    return forwarding(f, index).request(RtNetlink.RTM_DELNEIGH, 0);
  }

  private static PayloadBuilder forwarding(TunnelForwarding f, int index) {
    return header(PF_BRIDGE, index, NUD_PERMANENT | NUD_NOARP, NTF_SELF)
        .attributeAddress(NDA_DST, f.to())
        .attribute(NDA_LLADDR, f.mac().toBytes());
  }

  /** Asks for a link's neighbours. */
  public static Request dumpNeighbours(Family family, int index) {
    return header(AddressFamilies.number(family), 0, 0, 0)
        .attributeU32(NDA_IFINDEX, index)
        .request(RtNetlink.RTM_GETNEIGH, 0);
  }

  /** Asks for the neighbours of all links. */
  public static Request dumpNeighbours(Family family) {
    return header(AddressFamilies.number(family), 0, 0, 0).request(RtNetlink.RTM_GETNEIGH, 0);
  }

  /** Lets the kernel find out a neighbour's link address, as if a packet were to be sent there. */
  public static Request resolve(IpAddress neighbour, int index) {
    return header(AddressFamilies.number(neighbour.family()), index, 0, NTF_USE)
        .attributeAddress(NDA_DST, neighbour)
        .request(RtNetlink.RTM_NEWNEIGH, Netlink.NLM_F_CREATE);
  }

  /** Asks for a link's forwarding database. */
  public static Request dumpForwardings(int index) {
    return header(PF_BRIDGE, index, 0, 0).request(RtNetlink.RTM_GETNEIGH, 0);
  }

  /** Reads an RTM_NEWNEIGH of IPv4 or IPv6; empty unless it is permanent. */
  public static Optional<TunnelNeighbour> readNeighbour(Message message, String link) {
    boolean permanent = (message.payload().u16(8) & NUD_PERMANENT) != 0;
    return permanent
        ? mac(message).flatMap(m -> to(message).map(to -> new TunnelNeighbour(link, to, m)))
        : Optional.empty();
  }

  /**
   * Reads an RTM_NEWNEIGH of IPv4 or IPv6 on any link, however old; empty without a link address.
   */
  public static Optional<SeenNeighbour> readKnown(Message message) {
    boolean known = (message.payload().u16(8) & NUD_FAILED_OR_NONE) == 0;
    int index = (int) message.payload().u32(4);
    return known
        ? mac(message).flatMap(m -> to(message).map(to -> new SeenNeighbour(index, to, m)))
        : Optional.empty();
  }

  /** Reads an RTM_NEWNEIGH of a VXLAN link's database; empty for entries without a destination. */
  public static Optional<TunnelForwarding> readForwarding(Message message, String link) {
    return mac(message).flatMap(m -> to(message).map(to -> new TunnelForwarding(link, m, to)));
  }

  private static Optional<MacAddress> mac(Message message) {
    return message
        .payload()
        .attributes(NDMSG_LENGTH)
        .get(NDA_LLADDR)
        .filter(v -> v.length() == MAC_OCTETS)
        .map(v -> MacAddress.ofBytes(v.toBytes()));
  }

  private static Optional<IpAddress> to(Message message) {
    return message.payload().attributes(NDMSG_LENGTH).get(NDA_DST).map(v -> v.address());
  }

  private static PayloadBuilder header(int family, int index, int state, int flags) {
    return new PayloadBuilder().u32(family).u32(index).u16(state).u8(flags).u8(0);
  }
}
