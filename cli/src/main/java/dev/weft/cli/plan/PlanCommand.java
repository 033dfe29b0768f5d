package dev.weft.cli.plan;

import dev.weft.cli.InputException;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.manifest.Overlay;
import dev.weft.cli.manifest.SnapshotReader;
import dev.weft.mesh.cluster.PlanDiff;
import dev.weft.mesh.problem.Severity;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft plan -f FILE…}. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what every node would program, from manifests alone, without a cluster.",
      "With --live, what would change in the cluster if they were applied, and which flows that would interrupt; with --from, in that dump of one.",
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

  @Option(
      names = "--live",
      description = "Compares with the cluster of the kubeconfig instead; text only.")
  private boolean live;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    if (live || cluster.isOffline()) {
      return change();
    }
    var reading = SnapshotReader.read(files, System.in, Instant.now().getEpochSecond());
    var plan = OfflinePlan.of(reading);
    var out = spec.commandLine().getOut();
    if (output == Output.json) {
      out.println(PlanJson.of(plan));
    } else {
      out.print(plan.text());
    }
    out.flush();
    boolean failed = plan.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR);
    return failed ? 1 : 0;
  }

  private int change() {
    if (output == Output.json) {
      throw new InputException(
          "-o json is for a plan of its own; leave it off with --live and --from");
    }
    long now = Instant.now().getEpochSecond();
    var there = cluster.objects();
    var before = OfflinePlan.of(SnapshotReader.read(there.objects(), there.access(), now));
    var after =
        OfflinePlan.of(
            SnapshotReader.read(
                Overlay.of(there.objects(), files, System.in), there.access(), now));
    var diff = PlanDiff.of(before.nodes(), after.nodes());
    var out = spec.commandLine().getOut();
    diff.changes()
        .forEach(
            (node, lines) -> {
              out.println("== " + node);
              lines.forEach(out::println);
            });
    if (diff.isEmpty()) {
      out.println("no node would change");
    }
    if (!diff.flows().isEmpty()) {
      out.println("== interrupted");
      diff.flows().forEach(out::println);
    }
    var fresh = after.problems().stream().filter(p -> !before.problems().contains(p)).toList();
    fresh.forEach(p -> out.println(OfflinePlan.line(p)));
    out.flush();
    return fresh.stream().anyMatch(p -> p.severity() == Severity.ERROR) ? 1 : 0;
  }
}
