package dev.weft.cli.explain;

import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.UnreachableException;
import dev.weft.cli.output.OutputOptions;
import dev.weft.cli.output.Visible;
import dev.weft.mesh.diagnose.Diagnosis;
import dev.weft.mesh.diagnose.Fault;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft diagnose}. */
@Command(
    name = "diagnose",
    mixinStandardHelpOptions = true,
    description = {
      "Names what is wrong, each fault with the command that fixes it.",
      "On a node, with --node NAME, it looks at that node's kernel, packet filter and CNI as well (as root)."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:nothing is wrong", "1:faults were found", "2:wrong usage, or no cluster"})
public final class DiagnoseCommand implements Callable<Integer> {
  @Option(
      names = "--node",
      paramLabel = "NAME",
      description = "This machine is that Node: look at it, too.")
  private Optional<String> node = Optional.empty();

  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var faults = faults();
    output.print(spec.commandLine().getOut(), faults, wide -> text(faults, output.colour()));
    return faults.isEmpty() ? 0 : 1;
  }

  private List<Fault> faults() {
    try {
      var state = cluster.state(true);
      return Diagnosis.of(
          state, node.map(n -> List.of(HostInspection.of(n, state))).orElse(List.of()));
    } catch (UnreachableException e) {
      return List.of(
          new Fault(
              "APIServerUnreachable",
              "API server",
              String.valueOf(e.getMessage()),
              "curl -k https://HOST:PORT/readyz from here; the mesh goes on with its last configuration"));
    }
  }

  private static String text(List<Fault> faults, boolean colour) {
    if (faults.isEmpty()) {
      return "no faults found\n";
    }
    var text = new StringBuilder();
    for (var fault : faults) {
      var head = "✗ " + fault.kind() + "  " + Visible.line(fault.object());
      text.append(colour ? Visible.red(head) : head).append('\n');
      text.append("    ").append(Visible.line(fault.message())).append('\n');
      text.append("    fix: ").append(Visible.line(fault.fix())).append('\n');
    }
    return text.toString();
  }
}
