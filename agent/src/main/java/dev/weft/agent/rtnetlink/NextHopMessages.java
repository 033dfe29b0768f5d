package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.NextHops.NEXTHOP_GRP_LENGTH;
import static dev.weft.agent.rtnetlink.NextHops.NHA_GATEWAY;
import static dev.weft.agent.rtnetlink.NextHops.NHA_GROUP;
import static dev.weft.agent.rtnetlink.NextHops.NHA_ID;
import static dev.weft.agent.rtnetlink.NextHops.NHA_OIF;
import static dev.weft.agent.rtnetlink.NextHops.NHMSG_LENGTH;

import dev.weft.agent.nativelib.Sockets;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.net.Family;
import java.util.ArrayList;
import java.util.List;

/**
 * Next-hop objects and groups (Linux 5.3 and later).
 *
 * <pre>
 *  nhmsg:        | u8 family | u8 scope | u8 protocol | u8 – | u32 flags |
 *  nexthop_grp:  | u32 id | u8 weight − 1 | u8 weight, high | u16 – |
 * </pre>
 */
public final class NextHopMessages {
  private static final int SET = Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE;

  private NextHopMessages() {}

  /** Adds or replaces a next hop; a gateway needs no route to it. */
  public static Request set(DesiredNextHop hop, int linkIndex, int protocol) {
    int flags = hop.gateway().isEmpty() ? 0 : RtNetlink.RTNH_F_ONLINK;
    var b =
        header(AddressFamilies.number(hop.family()), protocol, flags)
            .attributeU32(NHA_ID, hop.id())
            .attributeU32(NHA_OIF, linkIndex);
    hop.gateway().ifPresent(g -> b.attributeAddress(NHA_GATEWAY, g));
    return b.request(RtNetlink.RTM_NEWNEXTHOP, SET);
  }

  /** Adds or replaces a group; routes that use it follow at once. */
  public static Request set(DesiredNextHopGroup group, int protocol) {
    var members = new PayloadBuilder();
    group.members().forEach(id -> members.u32(id).u32(0));
    return header(Sockets.AF_UNSPEC, protocol, 0)
        .attributeU32(NHA_ID, group.id())
        .attribute(NHA_GROUP, members.request(0, 0).payload())
        .request(RtNetlink.RTM_NEWNEXTHOP, SET);
  }

  public static Request remove(long id) {
    return header(Sockets.AF_UNSPEC, 0, 0)
        .attributeU32(NHA_ID, id)
        .request(RtNetlink.RTM_DELNEXTHOP, 0);
  }

  /** Asks for all next hops. */
  public static Request dump() {
    return header(Sockets.AF_UNSPEC, 0, 0).request(RtNetlink.RTM_GETNEXTHOP, 0);
  }

  /** Reads an RTM_NEWNEXTHOP. */
  public static SeenNextHop read(Message message) {
    var payload = message.payloadOf(RtNetlink.RTM_NEWNEXTHOP);
    var a = payload.attributes(NHMSG_LENGTH);
    var family = AddressFamilies.of(payload.u8(0)).orElse(Family.IPV4);
    a.require(NHA_ID, "a next hop without NHA_ID", payload);
    return new SeenNextHop(
        a.u32(NHA_ID, 0),
        payload.u8(2),
        family,
        a.get(NHA_GATEWAY).map(g -> g.address(family)),
        (int) a.u32(NHA_OIF, 0),
        a.get(NHA_GROUP).map(NextHopMessages::members).orElse(List.of()));
  }

  private static List<Long> members(Payload group) {
    if (group.length() % NEXTHOP_GRP_LENGTH != 0) {
      throw group.malformed("a group of " + group.length() + " bytes, not of 8 a member");
    }
    var members = new ArrayList<Long>();
    for (int at = 0; at < group.length(); at += NEXTHOP_GRP_LENGTH) {
      members.add(group.u32(at));
    }
    return members;
  }

  private static PayloadBuilder header(int family, int protocol, int flags) {
    return new PayloadBuilder()
        .u8(family)
        .u8(RtNetlink.RT_SCOPE_UNIVERSE)
        .u8(protocol)
        .u8(0)
        .u32(flags);
  }
}
