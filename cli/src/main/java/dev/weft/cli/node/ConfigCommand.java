package dev.weft.cli.node;

import dev.weft.api.v1alpha1.FirewallBackend;
import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
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
import java.util.Objects;
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
      "Prints the configuration of a node, as its own tools would show it.",
      "It is what the operator has published, put through the agent's planner; secrets are not shown.",
      "Where the mesh has egress rules, pods and namespaces are read, too: the node has a rule for each pod that one chose."
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
    nft,
    iptables
  }

  @Parameters(paramLabel = "NODE", description = "Name of the Node.")
  private String name = "";

  @Option(
      names = "--part",
      defaultValue = "all",
      paramLabel = "PART",
      description =
          "${COMPLETION-CANDIDATES}: everything, 'ip link', 'wg showconf', 'ip rule', 'ip route', 'nft' or, on a node that uses it, 'iptables-save'; default ${DEFAULT-VALUE}.")
  private Part part = Part.all;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var state = state();
    var planned = planned(state, name, new ArrayList<>());
    var out = spec.commandLine().getOut();
    out.print(
        section(StateText.of(planned.state(), planned.names()::show, firewall(state, name)), part));
    out.flush();
    return 0;
  }

  /** With pods where rules choose among them: they are many, and otherwise they are not needed. */
  private ClusterState state() {
    var state = cluster.state(false);
    boolean chooses = state.views().stream().anyMatch(v -> !v.mesh().spec().egress().isEmpty());
    if (!chooses || cluster.isOffline()) {
      return state;
    }
    var whole = cluster.state(true);
    whole.access().forbidden().stream()
        .filter(right -> right.equals("list pods") || right.equals("list namespaces"))
        .forEach(
            right ->
                spec.commandLine()
                    .getErr()
                    .println(
                        "weft: you may not %s, so the rules of pods that leave by an exit are missing"
                            .formatted(right)));
    return whole;
  }

  /** What the node's agent says that it programs. */
  private static FirewallBackend firewall(ClusterState state, String name) {
    return state.snapshot().nodes().stream()
        .filter(n -> n.name().equals(name))
        .flatMap(n -> n.report().stream())
        .map(NodeReportSpec::facts)
        .filter(Objects::nonNull)
        .map(NodeFactsReport::firewall)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(FirewallBackend.NFTABLES);
  }

  /** The node as its agent programs it. */
  static PlannedNode planned(ClusterState state, String name, Collection<Problem> problems) {
    return state.views().stream()
        .filter(v -> v.node(name).isPresent())
        .flatMap(v -> NodePlans.of(state, v, problems).stream())
        .filter(p -> p.node().name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    state.node(name).isPresent()
                        ? "Node %s is in no mesh that is in force; see 'weft status'"
                            .formatted(name)
                        : "there is no Node '%s'; there are: %s"
                            .formatted(
                                name,
                                state.snapshot().nodes().stream()
                                    .map(NodeInput::name)
                                    .sorted()
                                    .collect(Collectors.joining(", ")))));
  }

  private static String section(String text, Part part) {
    if (part == Part.all) {
      return text;
    }
    var heads =
        switch (part) {
          case all -> List.<String>of();
          case link -> List.of("# ip link");
          case wg -> List.of("# wg showconf");
          case rule -> List.of("# ip rule");
          case route -> List.of("# ip route");
          case nft -> List.of("# nft");
          case iptables -> List.of("# iptables-save", "# ip6tables-save");
        };
    boolean inside = false;
    var lines = new ArrayList<String>();
    for (var line : List.copyOf(text.lines().toList())) {
      if (line.startsWith("# ")) {
        inside = heads.stream().anyMatch(line::startsWith);
      }
      if (inside) {
        lines.add(line);
      }
    }
    return String.join("\n", lines) + "\n";
  }
}
