package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.IfLink.IFF_UP;
import static dev.weft.agent.rtnetlink.IfLink.IFINFOMSG_LENGTH;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_AF_SPEC;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_EXT_MASK;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_IFNAME;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_INET_CONF;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_INFO_KIND;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_LINKINFO;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_MTU;
import static dev.weft.agent.rtnetlink.IfLink.IFLA_STATS64;
import static dev.weft.agent.rtnetlink.IfLink.IPV4_DEVCONF_FORWARDING;
import static dev.weft.agent.rtnetlink.IfLink.IPV4_DEVCONF_RP_FILTER;
import static dev.weft.agent.rtnetlink.IfLink.IPV4_DEVCONF_SRC_VMARK;
import static dev.weft.agent.rtnetlink.IfLink.RTEXT_FILTER_SKIP_STATS;

import dev.weft.agent.nativelib.Sockets;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.kernel.LinkCounters;
import dev.weft.mesh.kernel.SeenLink;
import java.util.List;
import java.util.Optional;

/**
 * Links.
 *
 * <pre>
 *  ifinfomsg:  | u8 family | u8 – | u16 type | s32 index | u32 flags | u32 change |
 * </pre>
 */
public final class LinkMessages {
  private LinkMessages() {}

  /** Makes a link; EEXIST if there is one of that name. */
  public static Request create(String name, String kind, int mtu) {
    return header(0, 0, 0)
        .attributeText(IFLA_IFNAME, name)
        .attributeU32(IFLA_MTU, mtu)
        .nested(IFLA_LINKINFO, b -> b.attributeText(IFLA_INFO_KIND, kind))
        .request(RtNetlink.RTM_NEWLINK, Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
  }

  public static Request delete(int index) {
    return header(index, 0, 0).request(RtNetlink.RTM_DELLINK, 0);
  }

  /** Sets the MTU and brings the link up. */
  public static Request up(int index, int mtu) {
    return header(index, IFF_UP, IFF_UP)
        .attributeU32(IFLA_MTU, mtu)
        .request(RtNetlink.RTM_SETLINK, 0);
  }

  /** Sets those per-device IPv4 settings that aren't to be left. */
  public static Request settings(int index, LinkSettings settings) {
    return header(index, 0, 0)
        .nested(
            IFLA_AF_SPEC,
            spec ->
                spec.nested(
                    Sockets.AF_INET,
                    inet -> inet.nested(IFLA_INET_CONF, conf -> put(conf, settings))))
        .request(RtNetlink.RTM_SETLINK, 0);
  }

  private static void put(PayloadBuilder conf, LinkSettings settings) {
    putUnlessLeft(conf, IPV4_DEVCONF_FORWARDING, settings.forwarding());
    putUnlessLeft(conf, IPV4_DEVCONF_RP_FILTER, settings.rpFilter());
    putUnlessLeft(conf, IPV4_DEVCONF_SRC_VMARK, settings.srcValidMark());
  }

  private static void putUnlessLeft(PayloadBuilder conf, int setting, int value) {
    if (value >= 0) {
      conf.attributeU32(setting, value);
    }
  }

  /** Asks for one link, or for all as a dump without a name. */
  public static Request get(String name) {
    var b = header(0, 0, 0).attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    if (!name.isEmpty()) {
      b.attributeText(IFLA_IFNAME, name);
    }
    return b.request(RtNetlink.RTM_GETLINK, 0);
  }

  /** Reads an RTM_NEWLINK; addresses come from elsewhere. */
  public static SeenLink read(Message message) {
    var payload = message.payloadOf(RtNetlink.RTM_NEWLINK);
    var a = payload.attributes(IFINFOMSG_LENGTH);
    var conf = a.nested(IFLA_AF_SPEC).nested(Sockets.AF_INET).get(IFLA_INET_CONF);
    int[] settings = {-1, -1, -1};
    int[] which = {IPV4_DEVCONF_FORWARDING, IPV4_DEVCONF_RP_FILTER, IPV4_DEVCONF_SRC_VMARK};
    for (int i = 0; i < which.length && conf.isPresent(); i++) {
      settings[i] = conf.get().s32(4 * (which[i] - 1));
    }
    return new SeenLink(
        payload.s32(4),
        a.require(IFLA_IFNAME, "a link without IFLA_IFNAME", payload).text(),
        a.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND),
        (int) a.u32(IFLA_MTU, 0),
        (payload.u32(8) & IFF_UP) != 0,
        List.of(),
        settings[0],
        settings[1],
        settings[2]);
  }

  /** Asks for one link with its counters. */
  public static Request getCounters(String name) {
    return header(0, 0, 0).attributeText(IFLA_IFNAME, name).request(RtNetlink.RTM_GETLINK, 0);
  }

  /**
   * Reads the counters of an RTM_NEWLINK; empty: it has none.
   *
   * <pre>
   *  rtnl_link_stats64:  | u64 rx_packets | u64 tx_packets | …
   * </pre>
   */
  public static Optional<LinkCounters> readCounters(Message message) {
    return message
        .payloadOf(RtNetlink.RTM_NEWLINK)
        .attributes(IFINFOMSG_LENGTH)
        .get(IFLA_STATS64)
        .map(stats -> new LinkCounters(stats.s64(0), stats.s64(8)));
  }

  private static PayloadBuilder header(int index, int flags, int change) {
    return new PayloadBuilder().u32(Sockets.AF_UNSPEC).u32(index).u32(flags).u32(change);
  }
}
