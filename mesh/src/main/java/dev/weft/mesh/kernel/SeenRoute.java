package dev.weft.mesh.kernel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Optional;

/**
 * A route as read (RTM_NEWROUTE) in one of our tables, or with our protocol in any.
 *
 * @param table routing table
 * @param destination where to
 * @param protocol rtnetlink protocol
 * @param type RTN_UNICAST 1, RTN_THROW 9 …
 * @param nextHopId RTA_NH_ID; 0: none
 * @param gateway empty: the destination itself
 * @param linkIndex 0: none
 * @param source preferred source; empty: none
 * @param metric 0: none; IPv6 has 1024
 * @param mtu RTAX_MTU in bytes; 0: the link's
 */
public record SeenRoute(
    int table,
    Prefix destination,
    int protocol,
    int type,
    long nextHopId,
    Optional<IpAddress> gateway,
    int linkIndex,
    Optional<IpAddress> source,
    long metric,
    int mtu) {
  /** A route with its link's MTU. */
  public SeenRoute(
      int table,
      Prefix destination,
      int protocol,
      int type,
      long nextHopId,
      Optional<IpAddress> gateway,
      int linkIndex,
      Optional<IpAddress> source,
      long metric) {
    this(table, destination, protocol, type, nextHopId, gateway, linkIndex, source, metric, 0);
  }

  /** The same with an MTU of its own. */
  public SeenRoute withMtu(int bytes) {
    return new SeenRoute(
        table, destination, protocol, type, nextHopId, gateway, linkIndex, source, metric, bytes);
  }
}
