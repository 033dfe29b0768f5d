package dev.weft.mesh.dataplane;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What pulses have found of the gateways that a node is adjacent to.
 *
 * @param answering names of the gateways, remote and own, that answer; one that was never heard
 *     does not
 * @param reach per own gateway, the locations that it says its own lanes reach; one that has said
 *     nothing is absent
 */
public record LaneHealth(Set<String> answering, Map<String, Set<String>> reach) {
  public LaneHealth {
    answering = Set.copyOf(answering);
    var copied = new HashMap<String, Set<String>>();
    reach.forEach((name, locations) -> copied.put(name, Set.copyOf(locations)));
    reach = Map.copyOf(copied);
  }

  /** Whether packets for a location may go to a gateway of the own location. */
  boolean leadsOn(String gateway, String location) {
    return answering.contains(gateway) && reach.getOrDefault(gateway, Set.of()).contains(location);
  }

  /** Whether a gateway of the own location answers and doesn't say that it can't lead on. */
  boolean mayLeadOn(String gateway, String location) {
    return answering.contains(gateway)
        && (!reach.containsKey(gateway) || leadsOn(gateway, location));
  }

  /** The locations that lanes of this node reach: what it reports to the nodes of its location. */
  public Set<String> reached(Collection<LaneGroup> groups) {
    var reached = new TreeSet<String>();
    for (var group : groups) {
      if (group.lanes().values().stream().anyMatch(answering::contains)) {
        reached.add(group.location());
      }
    }
    return reached;
  }
}
