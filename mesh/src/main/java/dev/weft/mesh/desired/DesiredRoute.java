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
 */
public record DesiredRoute(
    int table, Prefix destination, RouteTarget target, List<IpAddress> source) {
  public DesiredRoute {
    source = List.copyOf(source);
  }
}
