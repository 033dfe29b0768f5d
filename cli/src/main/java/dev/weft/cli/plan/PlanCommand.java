package dev.weft.cli.plan;

import dev.weft.cli.manifest.SnapshotReader;
import dev.weft.mesh.problem.Severity;
import dev.weft.mesh.render.StateText;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft plan -f FILE…}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what every node would program, from manifests alone, without a cluster.",
      "Reads Node, WireGuardMesh, WireGuardNode, NodeReport and Peer objects in YAML or JSON, several documents and Lists,"
          + " and Kilo's annotations and Peers."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:planned",
      "1:planned, and there are problems of severity error",
      "2:wrong usage, or a file can't be read"
    })
public final class PlanCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  @Option(
      names = {"-f", "--filename"},
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "File of manifests; - is standard input.")
  private List<String> files = List.of();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Output output = Output.text;

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var reading = SnapshotReader.read(files, System.in, Instant.now().getEpochSecond());
    var plan = OfflinePlan.of(reading);
    var out = spec.commandLine().getOut();
    if (output == Output.json) {
      out.println(PlanJson.of(plan));
    } else {
      text(plan, out);
    }
    out.flush();
    boolean failed = plan.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR);
    return failed ? 1 : 0;
  }

  private static void text(OfflinePlan plan, PrintWriter out) {
    for (var planned : plan.nodes()) {
      var node = planned.node();
      out.println("== " + node.name() + "  " + node.role() + " of " + node.location());
      out.println(StateText.of(planned.state(), planned.names()::show));
    }
    plan.problems().forEach(p -> out.println(p.severity() + " " + p.reason() + " " + p));
    if (plan.nodes().isEmpty()) {
      out.println("no nodes");
    }
  }
}
