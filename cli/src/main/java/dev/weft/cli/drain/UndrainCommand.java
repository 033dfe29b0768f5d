package dev.weft.cli.drain;

import dev.weft.cli.cluster.ClusterOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft undrain NODE}. */
@Command(
    name = "undrain",
    mixinStandardHelpOptions = true,
    description = {
      "Lets a node be a gateway again: it removes the annotation weft.dev/drain.",
      "The role does not move back by itself where another node has it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the annotation is not there any more",
      "2:wrong usage, no cluster, no such Node, or refused"
    })
public final class UndrainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "NODE", description = "Name of the Node.")
  private String name = "";

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    try (var api = cluster.api()) {
      var node = DrainAnnotation.node(api, name);
      if (DrainAnnotation.isSet(node)) {
        DrainAnnotation.remove(api, name);
        out.printf("Node %s may be a gateway again%n", name);
      } else {
        out.printf("Node %s has no annotation %s=true%n", name, DrainAnnotation.NAME);
      }
      if (DrainAnnotation.isCordoned(node)) {
        out.printf(
            "it is cordoned, and no gateway as long as it is: 'kubectl uncordon %s'%n", name);
      }
      out.flush();
      return 0;
    }
  }
}
