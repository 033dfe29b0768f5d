package dev.weft.agent.kernel;

import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.rtnetlink.FibRules;
import dev.weft.agent.rtnetlink.RtNetlink;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a notification is about, in a word; empty if it is of no interest. */
final class EventNames {
  private static final int RTM_TABLE = 4;

  /** Offsets in struct nhmsg, and its first attribute ({@code include/uapi/linux/nexthop.h}). */
  private static final int NHMSG_PROTOCOL = 2;

  private static final int NHMSG_LENGTH = 8;
  private static final int NHA_ID = 1;

  private static final int NFNL_SUBSYS_NFTABLES = 10;
  private static final int NFGENMSG_LENGTH = 4;

  private static final int NFT_MSG_NEWTABLE = 0;
  private static final int NFT_MSG_DELTABLE = 2;
  private static final int NFT_MSG_NEWCHAIN = 3;
  private static final int NFT_MSG_DELCHAIN = 5;
  private static final int NFT_MSG_NEWRULE = 6;
  private static final int NFT_MSG_DELRULE = 8;

  /** In the name of a rule's chain, or of the chain that it jumps to. */
  private static final String IPTABLES_CHAINS = "WEFT-";

  /** Attribute 1 of tables, chains, rules, sets and elements alike. */
  private static final int NFTA_TABLE = 1;

  private static final int NFTA_RULE_USERDATA = 7;

  interface Naming {
    String name(Message message);
  }

  private EventNames() {}

  /** The name of the first message of interest. */
  static String first(List<Message> messages, Naming naming) {
    for (var message : messages) {
      var name = naming.name(message);
      if (!name.isEmpty()) {
        return name;
      }
    }
    return "";
  }

  /** Links and addresses, and what is Weft's; not the routes that a BGP daemon writes all day. */
  static String ofRoute(Message message, Ownership own) {
    return switch (message.type()) {
      case RtNetlink.RTM_NEWLINK, RtNetlink.RTM_DELLINK -> "link";
      case RtNetlink.RTM_NEWADDR, RtNetlink.RTM_DELADDR -> "address";
      case RtNetlink.RTM_NEWROUTE, RtNetlink.RTM_DELROUTE ->
          own.ownsRoute(table(message.payload()), message.payload().u8(5)) ? "route" : "";
      case RtNetlink.RTM_NEWRULE, RtNetlink.RTM_DELRULE -> {
        var a = message.payload().attributes(FibRules.FIB_RULE_HDR_LENGTH);
        int priority = (int) a.u32(FibRules.FRA_PRIORITY, 0);
        yield own.ownsRule(priority, a.u8(FibRules.FRA_PROTOCOL, 0)) ? "rule" : "";
      }
      // Those of another protocol with an ID of ours are in the way, as one of ours is.
      case RtNetlink.RTM_NEWNEXTHOP, RtNetlink.RTM_DELNEXTHOP ->
          message.payload().u8(NHMSG_PROTOCOL) == own.routeProtocol()
                  || own.ownsNextHop(message.payload().attributes(NHMSG_LENGTH).u32(NHA_ID, 0))
              ? "next hop"
              : "";
      default -> "";
    };
  }

  private static int table(Payload route) {
    return (int)
        route.attributes(RtNetlink.RTMSG_LENGTH).u32(RtNetlink.RTA_TABLE, route.u8(RTM_TABLE));
  }

  private static String text(Payload payload) {
    return new String(payload.toBytes(), StandardCharsets.ISO_8859_1);
  }

  /**
   * Our table or chains, and in others what may add a policy that drops or take our jump away; not
   * the rules and elements that others write all day.
   */
  static String ofNftables(Message message) {
    int type = message.type() & 0xff;
    if (message.type() >> 8 != NFNL_SUBSYS_NFTABLES) {
      return "";
    }
    var attributes = message.payload().attributes(NFGENMSG_LENGTH);
    if (attributes.text(NFTA_TABLE).equals("weft")) {
      return "table weft";
    }
    return switch (type) {
      case NFT_MSG_NEWTABLE, NFT_MSG_DELTABLE, NFT_MSG_NEWCHAIN, NFT_MSG_DELCHAIN ->
          "foreign chain";
      case NFT_MSG_NEWRULE -> text(message.payload()).contains(IPTABLES_CHAINS) ? "our chain" : "";
      case NFT_MSG_DELRULE -> {
        var userData = attributes.get(NFTA_RULE_USERDATA).map(EventNames::text).orElse("");
        boolean ours =
            userData.contains("weft") || text(message.payload()).contains(IPTABLES_CHAINS);
        yield ours ? "jump to weft" : "";
      }
      default -> "";
    };
  }
}
