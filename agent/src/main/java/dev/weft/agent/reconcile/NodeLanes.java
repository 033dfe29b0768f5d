package dev.weft.agent.reconcile;

import dev.weft.agent.metrics.LaneFigures.Lane;
import dev.weft.agent.probe.Probed;
import dev.weft.mesh.dataplane.LaneGroup;
import dev.weft.mesh.dataplane.LaneGroups;
import dev.weft.mesh.dataplane.LaneHealth;
import dev.weft.mesh.dataplane.ReachVector;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The lanes of a node: which of them its groups of next hops hold, as pulses have it, and what is
 * known of each. Nothing where each location has one gateway. One thread.
 */
final class NodeLanes {
  private final String nodeName;
  private final Failovers failovers;
  private Optional<ReachVector> reach = Optional.empty();
  private List<Lane> lanes = List.of();
  private boolean isActive;

  NodeLanes(String nodeName, Failovers failovers) {
    this.nodeName = nodeName;
    this.failovers = failovers;
  }

  /** The same state, with the members of each group that pulses leave it. */
  DesiredState choose(MeshView view, DesiredState desired, Probed probed) {
    var groups = groups(view, desired);
    var health = health(view, probed);
    isActive = !groups.isEmpty();
    reach =
        groups.isEmpty() || !probed.isSettled()
            ? Optional.empty()
            : Optional.of(ReachVector.of(locations(view), health.reached(groups)));
    lanes = lanes(view, desired, groups, probed);
    var chosen = LaneGroups.apply(desired, groups, health);
    failovers.chosen(groups, chosen.nextHopGroups(), probed);
    return chosen;
  }

  /** What was chosen is in the kernel, if the pass was clean. */
  void applied(boolean isClean) {
    if (isClean) {
      failovers.applied(System.nanoTime());
    }
  }

  /**
   * Which locations this node reaches by lanes of its own, for the nodes of its location; empty: it
   * has no lanes, or does not know yet.
   */
  Optional<ReachVector> reach() {
    return reach;
  }

  /** Whether the node has groups whose members are chosen. */
  boolean isActive() {
    return isActive;
  }

  /** The lanes of a gateway, by location and ordinal. */
  List<Lane> lanes() {
    return lanes;
  }

  /** Groups whose members pulses choose; none where each location has one gateway. */
  private List<LaneGroup> groups(MeshView view, DesiredState desired) {
    return Lanes.highestOrdinal(view) == 0
        ? List.of()
        : view.node(nodeName)
            .map(self -> LaneGroups.of(new Topology(view), self, desired))
            .orElse(List.of());
  }

  /** What gateways of the location say of another list of locations is left out. */
  private static LaneHealth health(MeshView view, Probed probed) {
    var reach = new HashMap<String, Set<String>>();
    if (!probed.reach().isEmpty()) {
      var locations = locations(view);
      probed
          .reach()
          .forEach((name, said) -> said.names(locations).ifPresent(r -> reach.put(name, r)));
    }
    return new LaneHealth(probed.answering(), reach);
  }

  private static SortedSet<String> locations(MeshView view) {
    return view.nodes().stream()
        .map(MeshNode::location)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** One a gateway, whatever the families. */
  private static List<Lane> lanes(
      MeshView view, DesiredState desired, List<LaneGroup> groups, Probed probed) {
    if (groups.isEmpty()) {
      return List.of();
    }
    var links =
        desired.nextHops().stream()
            .collect(Collectors.toMap(DesiredNextHop::id, DesiredNextHop::link));
    var lanes = new TreeSet<>(Comparator.comparing(Lane::location).thenComparingInt(Lane::ordinal));
    for (var group : groups) {
      group
          .lanes()
          .forEach(
              (hop, gateway) -> {
                var device = links.get(hop);
                if (device != null) {
                  var ordinal = view.node(gateway).map(MeshNode::ordinal).orElse(0);
                  var isUp = isUp(gateway, probed);
                  lanes.add(new Lane(device, group.location(), ordinal, gateway, isUp));
                }
              });
    }
    return List.copyOf(lanes);
  }

  private static Optional<Boolean> isUp(String gateway, Probed probed) {
    if (probed.answering().contains(gateway)) {
      return Optional.of(true);
    }
    return probed.silentSince().containsKey(gateway) ? Optional.of(false) : Optional.empty();
  }
}
