package dev.weft.cli.status;

import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.output.OutputOptions;
import dev.weft.mesh.cluster.Overview;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weft nodes}. */
@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    description = "Nodes, and the state of their tunnels.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all is well", "1:something is unwell", "2:wrong usage, or no cluster"})
public final class NodesCommand implements Callable<Integer> {
  @Mixin private final ClusterOptions cluster = new ClusterOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var overview = Overview.of(cluster.state(false));
    output.print(
        spec.commandLine().getOut(),
        overview.nodes(),
        wide -> OverviewText.nodes(overview, wide, output.colour()));
    return overview.nodes().stream().allMatch(Overview.NodeHealth::well) ? 0 : 1;
  }
}
