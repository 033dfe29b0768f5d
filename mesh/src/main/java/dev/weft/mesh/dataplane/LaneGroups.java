package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The groups of a node that lead to other locations, and their members as pulses have it. */
public final class LaneGroups {
  private LaneGroups() {}

  /**
   * The groups of a node whose members are chosen by pulses; none in a mesh with one gateway per
   * location.
   *
   * @param desired as planned for the node
   */
  public static List<LaneGroup> of(Topology topology, MeshNode self, DesiredState desired) {
    var lanes = topology.lanes();
    if (!lanes.isActive()) {
      return List.of();
    }
    var ids = new NextHopIds(desired.nextHopBase(), topology.locations());
    var planned =
        desired.nextHopGroups().stream()
            .map(DesiredNextHopGroup::id)
            .collect(Collectors.toUnmodifiableSet());
    var hops = desired.nextHops().stream().map(h -> h.id()).collect(Collectors.toUnmodifiableSet());
    var draining = lanes.draining();
    var groups = new ArrayList<LaneGroup>();
    for (var location : new TreeSet<>(topology.locations())) {
      for (var family : Family.values()) {
        long id = ids.locationGroup(location, family);
        if (planned.contains(id)) {
          var members = new TreeMap<Long, String>();
          lanes
              .met(self, location)
              .forEach((own, g) -> members.put(ids.lane(own.lane(), family), g.name()));
          var spares = new TreeMap<Long, String>();
          lanes
              .besides(self)
              .forEach(g -> spares.put(ids.ownGateway(g.ordinal(), family), g.name()));
          spares.keySet().retainAll(hops);
          boolean isLeft = draining.contains(self.name());
          groups.add(new LaneGroup(id, family, location, members, spares, draining, isLeft));
        }
      }
    }
    return groups;
  }

  /** The same state, with the members of each group that pulses leave it. */
  public static DesiredState apply(
      DesiredState desired, List<LaneGroup> groups, LaneHealth health) {
    if (groups.isEmpty()) {
      return desired;
    }
    Map<Long, List<Long>> members = new HashMap<>();
    groups.forEach(g -> members.put(g.id(), members(g, health)));
    var all =
        desired.nextHopGroups().stream()
            .map(
                g ->
                    new DesiredNextHopGroup(
                        g.id(), g.family(), members.getOrDefault(g.id(), g.members())))
            .toList();
    return desired.withRoutes(desired.nextHops(), all, desired.routes());
  }

  /**
   * The members of a group, never none: the lanes whose gateway answers; else the own gateways that
   * say that they reach the location by a lane of theirs; else all lanes as planned, for when all
   * fall silent the fault is this node's; on a node without lanes, the own gateways that answer, or
   * all of them. A gateway reports its own lanes only, so that no two lead to each other for long.
   * At each step one that drains is taken only where no other is left. A node that drains itself,
   * or has no lanes, prefers own gateways that don't drain, unless they say that they don't reach
   * the location: where a mesh goes back to one gateway per location, the one that stays says
   * nothing.
   */
  static List<Long> members(LaneGroup group, LaneHealth health) {
    var answering = staying(group, some(group.lanes(), health.answering()::contains));
    var leading = some(group.spares(), g -> health.leadsOn(g, group.location()));
    var others = others(group, leading, health);
    if (!others.isEmpty() && (group.isLeft() || group.lanes().isEmpty())) {
      return List.copyOf(others.keySet());
    }
    if (!answering.isEmpty()) {
      return answering;
    }
    if (!leading.isEmpty()) {
      return staying(group, leading);
    }
    if (!group.lanes().isEmpty()) {
      return List.copyOf(group.lanes().keySet());
    }
    var near = some(group.spares(), health.answering()::contains);
    return staying(group, near.isEmpty() ? group.spares() : near);
  }

  /** Own gateways that don't drain: those that lead on, else those that may. */
  private static SortedMap<Long, String> others(
      LaneGroup group, SortedMap<Long, String> leading, LaneHealth health) {
    var others = some(leading, g -> !group.draining().contains(g));
    return others.isEmpty()
        ? some(
            group.spares(),
            g -> !group.draining().contains(g) && health.mayLeadOn(g, group.location()))
        : others;
  }

  /** Those that don't drain; if all do, all. */
  private static List<Long> staying(LaneGroup group, SortedMap<Long, String> members) {
    var staying = some(members, g -> !group.draining().contains(g));
    return List.copyOf((staying.isEmpty() ? members : staying).keySet());
  }

  private static SortedMap<Long, String> some(
      SortedMap<Long, String> members, Predicate<String> isWanted) {
    var some = new TreeMap<>(members);
    some.values().removeIf(isWanted.negate());
    return some;
  }
}
