package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Family;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A next-hop group of a node that leads to another location, with all that its members may be.
 *
 * @param id of the group
 * @param family of its routes
 * @param location that it leads to
 * @param lanes next hops into tunnels, each with the name of the gateway at the other end; none on
 *     a node that is no gateway
 * @param spares next hops to other gateways of the own location, each with the gateway's name
 * @param draining names of those gateways that are to be left
 * @param isLeft whether the node itself is a gateway that is to be left
 */
public record LaneGroup(
    long id,
    Family family,
    String location,
    SortedMap<Long, String> lanes,
    SortedMap<Long, String> spares,
    Set<String> draining,
    boolean isLeft) {
  public LaneGroup {
    lanes = Collections.unmodifiableSortedMap(new TreeMap<>(lanes));
    spares = Collections.unmodifiableSortedMap(new TreeMap<>(spares));
    draining = Set.copyOf(draining);
  }
}
