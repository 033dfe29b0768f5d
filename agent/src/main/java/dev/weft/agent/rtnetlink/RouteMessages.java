package dev.weft.agent.rtnetlink;

import static dev.weft.agent.rtnetlink.RtNetlink.RTAX_MTU;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_DST;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_GATEWAY;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_METRICS;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_NH_ID;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_OIF;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_PREFSRC;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_PRIORITY;
import static dev.weft.agent.rtnetlink.RtNetlink.RTA_TABLE;
import static dev.weft.agent.rtnetlink.RtNetlink.RTMSG_LENGTH;
import static dev.weft.agent.rtnetlink.RtNetlink.RTM_DELROUTE;
import static dev.weft.agent.rtnetlink.RtNetlink.RTM_GETROUTE;
import static dev.weft.agent.rtnetlink.RtNetlink.RTM_NEWROUTE;
import static dev.weft.agent.rtnetlink.RtNetlink.RTNH_F_ONLINK;
import static dev.weft.agent.rtnetlink.RtNetlink.RTN_THROW;
import static dev.weft.agent.rtnetlink.RtNetlink.RTN_UNICAST;
import static dev.weft.agent.rtnetlink.RtNetlink.RTN_UNREACHABLE;
import static dev.weft.agent.rtnetlink.RtNetlink.RT_SCOPE_LINK;
import static dev.weft.agent.rtnetlink.RtNetlink.RT_SCOPE_NOWHERE;
import static dev.weft.agent.rtnetlink.RtNetlink.RT_SCOPE_UNIVERSE;
import static dev.weft.agent.rtnetlink.RtNetlink.RT_TABLE_COMPAT;
import static dev.weft.agent.rtnetlink.RtNetlink.RT_TABLE_UNSPEC;

import dev.weft.agent.netlink.Attributes;
import dev.weft.agent.netlink.Message;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.Payload;
import dev.weft.agent.netlink.PayloadBuilder;
import dev.weft.agent.netlink.Request;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Optional;

/**
 * Routes.
 *
 * <pre>
 *  rtmsg:  | u8 family | u8 dst length | u8 src length | u8 tos |
 *          | u8 table | u8 protocol | u8 scope | u8 type | u32 flags |
 * </pre>
 */
public final class RouteMessages {
  private RouteMessages() {}

  /**
   * Adds a route or replaces the one to the same destination in the same table.
   *
   * @param linkIndex of the target's link; not looked at where the target has none
   */
  public static Request set(DesiredRoute route, int linkIndex, int protocol) {
    var target = route.target();
    var b = header(route.table(), route.destination(), protocol, scope(target), target);
    switch (target) {
      case RouteTarget.Group(long id) -> b.attributeU32(RTA_NH_ID, id);
      case RouteTarget.Via(IpAddress gateway, String link) ->
          b.attributeAddress(RTA_GATEWAY, gateway).attributeU32(RTA_OIF, linkIndex);
      case RouteTarget.Device(String link) -> b.attributeU32(RTA_OIF, linkIndex);
      case RouteTarget.Throw() -> {}
      case RouteTarget.Unreachable() -> {}
    }
    route.source().ifPresent(s -> b.attributeAddress(RTA_PREFSRC, s));
    if (route.mtu() > 0) {
      b.nested(RTA_METRICS, metrics -> metrics.attributeU32(RTAX_MTU, route.mtu()));
    }
    return b.request(RTM_NEWROUTE, Netlink.NLM_F_CREATE | Netlink.NLM_F_REPLACE);
  }

  private static int scope(RouteTarget target) {
    return target instanceof RouteTarget.Device ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  }

  private static PayloadBuilder header(
      int table, Prefix destination, int protocol, int scope, RouteTarget target) {
    int type =
        switch (target) {
          case RouteTarget.Throw() -> RTN_THROW;
          case RouteTarget.Unreachable() -> RTN_UNREACHABLE;
          case RouteTarget.Group g -> RTN_UNICAST;
          case RouteTarget.Via v -> RTN_UNICAST;
          case RouteTarget.Device d -> RTN_UNICAST;
        };
    int flags = target instanceof RouteTarget.Via ? RTNH_F_ONLINK : 0;
    return header(table, destination, protocol, scope, type, flags);
  }

  private static PayloadBuilder header(
      int table, Prefix destination, int protocol, int scope, int type, int flags) {
    return new PayloadBuilder()
        .u8(AddressFamilies.number(destination.family()))
        .u8(destination.length())
        .u8(0)
        .u8(0)
        .u8(RT_TABLE_UNSPEC)
        .u8(protocol)
        .u8(scope)
        .u8(type)
        .u32(flags)
        .attributeU32(RTA_TABLE, table)
        .attributeAddress(RTA_DST, destination.address());
  }

  /** Removes exactly the route that was seen. */
  public static Request remove(SeenRoute route) {
    var b =
        header(
            route.table(),
            route.destination(),
            route.protocol(),
            RT_SCOPE_NOWHERE,
            route.type(),
            0);
    if (route.metric() != 0) {
      b.attributeU32(RTA_PRIORITY, route.metric());
    }
    return b.request(RTM_DELROUTE, 0);
  }

  /** Asks for the routes of a table; ENOENT if the kernel has no such table. */
  public static Request dumpTable(Family family, int table) {
    return dumpHeader(family, 0).attributeU32(RTA_TABLE, table).request(RTM_GETROUTE, 0);
  }

  /** Asks for the routes of a protocol in all tables. */
  public static Request dumpProtocol(Family family, int protocol) {
    return dumpHeader(family, protocol).request(RTM_GETROUTE, 0);
  }

  private static PayloadBuilder dumpHeader(Family family, int protocol) {
    return new PayloadBuilder()
        .u32(AddressFamilies.number(family))
        .u8(RT_TABLE_UNSPEC)
        .u8(protocol)
        .u8(0)
        .u8(0)
        .u32(0);
  }

  /** The table of an RTM_NEWROUTE, of which nothing else is read. */
  public static int table(Message message) {
    var payload = message.payloadOf(RTM_NEWROUTE);
    int small = payload.u8(4);
    if (small != RT_TABLE_COMPAT && small != RT_TABLE_UNSPEC) {
      return small;
    }
    return payload
        .firstAttribute(RTMSG_LENGTH, RTA_TABLE)
        .filter(v -> v.length() == 4)
        .map(v -> v.s32(0))
        .orElseThrow(() -> payload.malformed("a route without RTA_TABLE"));
  }

  /** Reads an RTM_NEWROUTE; empty for other families than IPv4 and IPv6. */
  public static Optional<SeenRoute> read(Message message) {
    var payload = message.payloadOf(RTM_NEWROUTE);
    return AddressFamilies.of(payload.u8(0)).map(family -> read(payload, family));
  }

  private static SeenRoute read(Payload payload, Family family) {
    var a = payload.attributes(RTMSG_LENGTH);
    int type = payload.u8(7);
    int length = payload.u8(1);
    var destination =
        length == 0
            ? Prefix.all(family)
            : a.require(RTA_DST, "a route without RTA_DST", payload).prefix(family, length);
    // IPv6 says of throw routes that they lead to lo, and of groups which way the first member is.
    boolean plain = type == RTN_UNICAST && a.get(RTA_NH_ID).isEmpty();
    return new SeenRoute(
        table(payload, a),
        destination,
        payload.u8(5),
        type,
        a.u32(RTA_NH_ID, 0),
        plain ? address(a, RTA_GATEWAY, family) : Optional.empty(),
        plain ? (int) a.u32(RTA_OIF, 0) : 0,
        address(a, RTA_PREFSRC, family),
        a.u32(RTA_PRIORITY, 0),
        (int) a.nested(RTA_METRICS).u32(RTAX_MTU, 0));
  }

  /** A table above 255 is in the attribute alone; the header then names none or COMPAT. */
  private static int table(Payload payload, Attributes a) {
    int small = payload.u8(4);
    if (small == RT_TABLE_COMPAT || small == RT_TABLE_UNSPEC) {
      a.require(RTA_TABLE, "a route without RTA_TABLE", payload);
    }
    return (int) a.u32(RTA_TABLE, small);
  }

  private static Optional<IpAddress> address(Attributes a, int type, Family family) {
    return a.get(type).map(v -> v.address(family));
  }
}
