package dev.weft.cli.node;

import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.render.StateText;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft config NODE}. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what a node has been told, as its own tools would show it.",
      "It is what the operator has published, put through the agent's planner; secrets are not shown."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "2:wrong usage, no cluster, or no such node"})
public final class ConfigCommand implements Callable<Integer> {
  enum Part {
    all,
    link,
    wg,
    rule,
    route,
    nft
  }

  @Parameters(paramLabel = "NODE", description = "Name of the Node.")
  private String name = "";

  @Option(
      names = "--part",
      defaultValue = "all",
      paramLabel = "PART",
      description =
          "${COMPLETION-CANDIDATES}: everything, 'ip link', 'wg showconf', 'ip rule', 'ip route', 'nft'; default ${DEFAULT-VALUE}.")
  private Part part = Part.all;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var state = cluster.state(false);
    var planned = planned(state, name, new ArrayList<>());
    var out = spec.commandLine().getOut();
    out.print(section(StateText.of(planned.state(), planned.names()::show), part));
    out.flush();
    return 0;
  }

  /** The node as its agent programs it. */
  static PlannedNode planned(ClusterState state, String name, Collection<Problem> problems) {
    var inputs =
        state.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    return state.views().stream()
        .filter(v -> v.node(name).isPresent())
        .flatMap(v -> NodePlans.of(v, inputs, problems).stream())
        .filter(p -> p.node().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    inputs.containsKey(name)
                        ? "Node %s is in no mesh that is in force; see 'weft status'"
                            .formatted(name)
                        : "there is no Node '%s'; there are: %s"
                            .formatted(
                                name,
                                inputs.keySet().stream()
                                    .sorted()
                                    .collect(Collectors.joining(", ")))));
  }

  private static String section(String text, Part part) {
    if (part == Part.all) {
      return text;
    }
    var head =
        switch (part) {
          case all -> "";
          case link -> "# ip link";
          case wg -> "# wg showconf";
          case rule -> "# ip rule";
          case route -> "# ip route";
          case nft -> "# nft";
        };
    boolean inside = false;
    var lines = new ArrayList<String>();
    for (var line : List.copyOf(text.lines().toList())) {
      if (line.startsWith("# ")) {
        inside = line.startsWith(head);
      }
      if (inside) {
        lines.add(line);
      }
    }
    return String.join("\n", lines) + "\n";
  }
}
