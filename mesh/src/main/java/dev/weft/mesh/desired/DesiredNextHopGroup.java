package dev.weft.mesh.desired;

import dev.weft.mesh.net.Family;
import java.util.List;

/**
 * A group of next-hop objects; one even of one, for a single next hop can't be replaced by a group
 * later.
 *
 * @param id unsigned 32 bits
 * @param family of the routes that use it
 * @param members IDs, equal weights
 */
public record DesiredNextHopGroup(long id, Family family, List<Long> members) {
  public DesiredNextHopGroup {
    members = List.copyOf(members);
  }
}
