package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.IfLink.IFINFOMSG_LENGTH;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_BR_NF_CALL_IP6TABLES;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_BR_NF_CALL_IPTABLES;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_INFO_KIND;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_LINKINFO;
import static dev.weft.agent.rtnetlink.IfTunnel.IFLA_INFO_DATA;

import dev.weft.agent.nativelib.Sockets;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;

/** Bridges: whether packets from port to port meet the packet filter of IPv4 and IPv6. */
public final class BridgeMessages {
  private static final String BRIDGE = "bridge";

  private BridgeMessages() {}

  /**
   * Lets them meet it. RTM_NEWLINK without NLM_F_CREATE changes a link of that kind; RTM_SETLINK
   * passes its data over.
   */
  public static Request callPacketFilter(int index) {
    return new PayloadBuilder()
        .u32(Sockets.AF_UNSPEC)
        .u32(index)
        .u32(0)
        .u32(0)
        .nested(
            IFLA_LINKINFO,
            info ->
                info.attributeText(IFLA_INFO_KIND, BRIDGE)
                    .nested(
                        IFLA_INFO_DATA,
                        data ->
                            data.attributeU8(IFLA_BR_NF_CALL_IPTABLES, 1)
                                .attributeU8(IFLA_BR_NF_CALL_IP6TABLES, 1)))
        .request(RtNetlink.RTM_NEWLINK, 0);
  }

  /** Whether an RTM_NEWLINK is of a bridge whose packets don't meet it, of one family at least. */
  public static boolean passesBy(Message message) {
    var info = message.payload().attributes(IFINFOMSG_LENGTH).nested(IFLA_LINKINFO);
    var data = info.nested(IFLA_INFO_DATA);
    return info.text(IFLA_INFO_KIND).equals(BRIDGE)
        && (data.u8(IFLA_BR_NF_CALL_IPTABLES, 0) == 0
            || data.u8(IFLA_BR_NF_CALL_IP6TABLES, 0) == 0);
  }
}
