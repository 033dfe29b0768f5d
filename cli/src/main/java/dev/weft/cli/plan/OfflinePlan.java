package dev.weft.cli.plan;

import dev.weft.cli.manifest.SnapshotReader;
import dev.weft.cli.output.Visible;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.plan.MeshPlanner;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.render.StateText;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What every node would program, planned from manifests alone by the operator's and the agent's own
 * planners.
 *
 * @param nodes by name
 * @param problems of all stages
 */
public record OfflinePlan(List<PlannedNode> nodes, List<Problem> problems) {
  /** Plans what was read. */
  public static OfflinePlan of(SnapshotReader.Reading reading) {
    return of(reading.state().snapshot(), reading.problems());
  }

  static OfflinePlan of(ClusterSnapshot snapshot, Collection<Problem> before) {
    var problems = new LinkedHashSet<>(before);
    var plan = MeshPlanner.plan(snapshot);
    problems.addAll(plan.problems());
    Map<String, NodeInput> inputs =
        snapshot.nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    var nodes = new ArrayList<PlannedNode>();
    for (var mesh : plan.meshes()) {
      plan.view(mesh.name()).ifPresent(view -> nodes.addAll(NodePlans.of(view, inputs, problems)));
    }
    nodes.sort(Comparator.comparing(n -> n.node().name()));
    return new OfflinePlan(nodes, List.copyOf(problems));
  }

  /** A problem as {@code weft plan} prints it. */
  static String line(Problem problem) {
    return Visible.line("%s %s %s".formatted(problem.severity(), problem.reason(), problem));
  }

  /** Node by node as {@code weft plan} prints it, and the problems. */
  public String text() {
    var text = new StringBuilder();
    for (var planned : nodes) {
      var node = planned.node();
      text.append(
              Visible.line("== %s  %s of %s".formatted(node.name(), node.role(), node.location()))
                  + "\n")
          .append(StateText.of(planned.state(), planned.names()::show))
          .append('\n');
    }
    problems.forEach(p -> text.append(line(p) + "\n"));
    if (nodes.isEmpty()) {
      text.append("no nodes\n");
    }
    return text.toString();
  }
}
