package dev.weft.mesh.cluster;

import dev.weft.mesh.dataplane.LaneGroup;
import dev.weft.mesh.dataplane.LaneGroups;
import dev.weft.mesh.dataplane.LaneHealth;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Plans of nodes as pulses leave them: without the lanes that agents report to be silent. Reports
 * are seconds old, and members of a location don't report which of its gateways answer: those that
 * are not lost are taken to.
 */
public final class ReportedLanes {
  private ReportedLanes() {}

  /** The same plans; unchanged in a mesh with one gateway per location. */
  public static List<PlannedNode> applied(
      ClusterState state, MeshView view, List<PlannedNode> plans) {
    var topology = new Topology(view);
    if (!topology.lanes().isActive()) {
      return plans;
    }
    Map<String, List<LaneGroup>> groups = new HashMap<>();
    Map<String, Set<String>> answering = new HashMap<>();
    Map<String, Set<String>> reach = new HashMap<>();
    for (var plan : plans) {
      var name = plan.node().name();
      var own = LaneGroups.of(topology, plan.node(), plan.state());
      var found = answering(state, topology.lanes(), plan.node());
      groups.put(name, own);
      answering.put(name, found);
      reach.put(name, new LaneHealth(found, Map.of()).reached(own));
    }
    var applied = new ArrayList<PlannedNode>();
    for (var plan : plans) {
      var name = plan.node().name();
      var health = new LaneHealth(Objects.requireNonNull(answering.get(name)), reach);
      applied.add(
          new PlannedNode(
              plan.node(),
              LaneGroups.apply(plan.state(), Objects.requireNonNull(groups.get(name)), health),
              plan.links(),
              plan.names(),
              plan.besideCni(),
              plan.chosenPods()));
    }
    return applied;
  }

  private static Set<String> answering(ClusterState state, Lanes lanes, MeshNode node) {
    var answering = new HashSet<String>();
    for (var location : lanes.byLocation().keySet()) {
      for (var other : lanes.met(node, location).values()) {
        if (state.reaches(node, other).or(() -> state.reaches(other, node)).orElse(true)) {
          answering.add(other.name());
        }
      }
    }
    for (var own : lanes.besides(node)) {
      var liveness = state.node(own.name()).map(n -> n.liveness()).orElse(Liveness.UNKNOWN);
      if (liveness != Liveness.EXPIRED) {
        answering.add(own.name());
      }
    }
    return answering;
  }
}
