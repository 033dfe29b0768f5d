package dev.weft.mesh.kernel;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A next-hop object as read (RTM_NEWNEXTHOP).
 *
 * @param id unsigned 32 bits
 * @param protocol rtnetlink protocol
 * @param family AF_UNSPEC of groups is given as IPv4
 * @param gateway empty: none
 * @param linkIndex 0: none
 * @param members of a group; empty: a single next hop
 */
public record SeenNextHop(
    long id,
    int protocol,
    Family family,
    Optional<IpAddress> gateway,
    int linkIndex,
    List<Long> members) {
  public SeenNextHop {
    members = List.copyOf(members);
  }
}
