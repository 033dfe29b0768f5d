package dev.weft.mesh.desired;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A route of ours.
 *
 * @param table routing table
 * @param destination where to
 * @param target which way
 * @param source preferred source address of the host's own packets; at most one
 * @param mtu RTAX_MTU in bytes; 0: the link's
 */
public record DesiredRoute(
    int table, Prefix destination, RouteTarget target, List<IpAddress> source, int mtu) {
  public DesiredRoute {
    source = List.copyOf(source);
  }

  /** A route with its link's MTU. */
  public DesiredRoute(int table, Prefix destination, RouteTarget target, List<IpAddress> source) {
    this(table, destination, target, source, 0);
  }

  /** The same with an MTU of its own. */
  public DesiredRoute withMtu(int bytes) {
    return new DesiredRoute(table, destination, target, source, bytes);
  }
}
