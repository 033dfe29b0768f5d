package dev.weft.cli.explain;

import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.output.OutputOptions;
import dev.weft.mesh.diagnose.Diagnosis;
import dev.weft.mesh.diagnose.Fault;
import dev.weft.mesh.diagnose.HostFacts;
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
      "Names what is wrong, each fault with the command that mends it.",
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
    var state = cluster.state(true);
    List<HostFacts> hosts = node.map(n -> List.of(HostInspection.of(n, state))).orElse(List.of());
    var faults = Diagnosis.of(state, hosts);
    output.print(spec.commandLine().getOut(), faults, wide -> text(faults, output.colour()));
    return faults.isEmpty() ? 0 : 1;
  }

  private static String text(List<Fault> faults, boolean colour) {
    if (faults.isEmpty()) {
      return "no faults found\n";
    }
    var text = new StringBuilder();
    for (var fault : faults) {
      var head = "✗ " + fault.kind() + "  " + fault.object();
      text.append(colour ? "\u001b[31m" + head + "\u001b[0m" : head).append('\n');
      text.append("    ").append(fault.message()).append('\n');
      text.append("    fix: ").append(fault.fix()).append('\n');
    }
    return text.toString();
  }
}
