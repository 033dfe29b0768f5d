package dev.weft.mesh.desired;

import dev.weft.mesh.net.IpAddress;

/** Where a route leads. */
public sealed interface RouteTarget {
  /** A next-hop group, by its ID. */
  record Group(long id) implements RouteTarget {}

  /** A neighbour on a link. */
  record Via(IpAddress gateway, String link) implements RouteTarget {}

  /** A link alone. */
  record Device(String link) implements RouteTarget {}

  /** Nowhere: senders get an ICMP error, and no other table is looked at. */
  record Unreachable() implements RouteTarget {}

  /** Back to the rules: the lookup goes on in the next table. */
  record Throw() implements RouteTarget {}
}
