package dev.weft.cli.graph;

import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.MeshChoice;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.graph.GraphSvg;
import dev.weft.mesh.graph.GraphText;
import dev.weft.mesh.graph.MeshGraph;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft graph}. */
@Command(
    name = "graph",
    mixinStandardHelpOptions = true,
    description = "Draws the mesh: locations, nodes, peers, and the state of each tunnel.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:drawn", "2:wrong usage, or no cluster"})
public final class GraphCommand implements Callable<Integer> {
  enum Form {
    terminal,
    dot,
    svg,
    mermaid
  }

  @Option(
      names = {"-o", "--output"},
      defaultValue = "terminal",
      paramLabel = "FORM",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Form form = Form.terminal;

  @Mixin private final MeshChoice mesh = new MeshChoice();
  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var state = cluster.state(false);
    var view = mesh.of(state);
    var graph = MeshGraph.of(state, view, NodePlans.of(state, view, new ArrayList<>()));
    var out = spec.commandLine().getOut();
    out.print(
        switch (form) {
          case terminal -> GraphText.terminal(graph);
          case dot -> GraphText.dot(graph);
          case svg -> GraphSvg.of(graph);
          case mermaid -> GraphText.mermaid(graph);
        });
    out.flush();
    return 0;
  }
}
