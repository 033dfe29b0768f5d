package dev.weft.agent.netlink;

import dev.weft.agent.rtnetlink.AddressMessages;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.agent.rtnetlink.NextHopMessages;
import dev.weft.agent.rtnetlink.RouteMessages;
import dev.weft.agent.rtnetlink.RtNetlink;
import dev.weft.agent.rtnetlink.RuleMessages;
import dev.weft.agent.wireguard.DeviceDecoding;

/** Reads a message of any kind that the agent reads, as the agent would. */
final class Decoding {
  /** The generic netlink family of the captured device. */
  private static final int WIREGUARD = 22;

  private Decoding() {}

  /** What rtnetlink's readers make of a message; its type where none reads it. */
  static Object ofRoute(Message message) {
    return switch (message.type()) {
      case Netlink.NLMSG_ERROR, Netlink.NLMSG_DONE -> message.ack();
      case RtNetlink.RTM_NEWLINK -> LinkMessages.read(message);
      case RtNetlink.RTM_NEWADDR -> AddressMessages.read(message);
      case RtNetlink.RTM_NEWROUTE -> RouteMessages.read(message);
      case RtNetlink.RTM_NEWRULE -> RuleMessages.read(message);
      case RtNetlink.RTM_NEWNEXTHOP -> NextHopMessages.read(message);
      default -> message.type();
    };
  }

  /** What generic netlink's readers make of a message; its type where none reads it. */
  static Object ofGeneric(Message message) {
    return switch (message.type()) {
      case Netlink.NLMSG_ERROR, Netlink.NLMSG_DONE -> message.ack();
      case GeNetlink.GENL_ID_CTRL -> GeNetlink.familyId(message);
      case WIREGUARD -> DeviceDecoding.read(message);
      default -> message.type();
    };
  }
}
