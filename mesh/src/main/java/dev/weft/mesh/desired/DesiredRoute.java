package dev.weft.mesh.desired;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.Optional;

/**
 * A route of ours.
 *
 * @param table routing table
 * @param destination where to
 * @param target which way
 * @param source preferred source address of the host's own packets; empty: none
 * @param mtu RTAX_MTU in bytes; 0: the link's
 */
public record DesiredRoute(
    int table, Prefix destination, RouteTarget target, Optional<IpAddress> source, int mtu) {
  /** A route with its link's MTU. */
  public DesiredRoute(
      int table, Prefix destination, RouteTarget target, Optional<IpAddress> source) {
    this(table, destination, target, source, 0);
  }

  /** The same with an MTU of its own. */
  public DesiredRoute withMtu(int bytes) {
    return new DesiredRoute(table, destination, target, source, bytes);
  }
}
