package dev.weft.cli.graph;

import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.graph.GraphSvg;
import dev.weft.mesh.graph.GraphText;
import dev.weft.mesh.graph.MeshGraph;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft graph}. */
@Command(
    name = "graph",
    mixinStandardHelpOptions = true,
    description = "Draws the mesh: locations, nodes, peers, and how every tunnel fares.",
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

  @Option(
      names = "--mesh",
      defaultValue = "",
      paramLabel = "NAME",
      description = "Which mesh, where there are several.")
  private String mesh = "";

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var state = cluster.state(false);
    var views =
        state.views().stream().filter(v -> mesh.isEmpty() || v.mesh().name().equals(mesh)).toList();
    if (views.size() != 1) {
      throw new InputException(
          views.isEmpty()
              ? "there is no mesh %sin force; see 'weft status'"
                  .formatted(mesh.isEmpty() ? "" : "'" + mesh + "' ")
              : "there are several meshes; choose one with --mesh: "
                  + views.stream().map(v -> v.mesh().name()).collect(Collectors.joining(", ")));
    }
    MeshView view = views.getFirst();
    var inputs =
        state.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    var graph = MeshGraph.of(state, view, NodePlans.of(view, inputs, new ArrayList<>()));
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
