package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A node of the location that sends, of the location's sources, its own alone.
 *
 * @param addresses from which it sends encapsulated packets
 * @param sources pod CIDRs, mesh addresses and internal addresses of it, aggregated
 */
public record GuardedMember(List<IpAddress> addresses, List<Prefix> sources) {
  public GuardedMember {
    addresses = List.copyOf(addresses);
    sources = List.copyOf(sources);
  }
}
