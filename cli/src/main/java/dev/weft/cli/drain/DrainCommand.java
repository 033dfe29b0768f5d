package dev.weft.cli.drain;

import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.UnreachableException;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.DrainProgress;
import dev.weft.mesh.cluster.DrainProgress.Part;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft drain NODE}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description = {
      "Takes the role of a gateway off a node, before the node is stopped.",
      "It sets the annotation weft.dev/drain=true; 'weft undrain' removes it. Pods stay: 'kubectl drain' evicts them, and takes the role off as well."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the node drains; with --wait, it is safe to stop it",
      "1:the node drains, and it was not safe to stop it within the timeout; the reason is printed",
      "2:wrong usage, no cluster, no such Node, or refused"
    })
public final class DrainCommand implements Callable<Integer> {
  private static final long PAUSE_MILLIS = 1_000;

  @Parameters(paramLabel = "NODE", description = "Name of the Node.")
  private String name = "";

  @Option(names = "--wait", description = "Waits until it is safe to stop the node.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long --wait waits; default ${DEFAULT-VALUE}.")
  private int timeout;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    if (timeout < 1) {
      throw new InputException(
          "--timeout is %d; it is a number of seconds, from 1".formatted(timeout));
    }
    try (var api = cluster.api()) {
      var node = DrainAnnotation.node(api, name);
      var before = state(api);
      // Of a drain that has begun, the others may not have applied yet that the role has moved.
      boolean hasBegun = DrainAnnotation.isSet(node) || DrainAnnotation.isCordoned(node);
      var now = DrainProgress.part(before, name);
      var part = now == Part.NONE && hasBegun ? Part.ALONE : now;
      if (DrainAnnotation.isSet(node)) {
        out.printf("Node %s drains already%n", name);
      } else {
        DrainAnnotation.set(api, name);
        out.printf("Node %s drains: its annotation %s is true%n", name, DrainAnnotation.NAME);
      }
      if (part == Part.NONE) {
        out.printf(
            "%s: there is nothing to wait for%n", DrainProgress.of(before, name, part).text());
        out.flush();
        return 0;
      }
      if (!wait) {
        out.println("Next: with --wait, this command waits until it is safe to stop the node");
        out.flush();
        return 0;
      }
      return await(api, part, out);
    }
  }

  private int await(Api api, Part part, PrintWriter out) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
    var said = "";
    while (true) {
      var progress = progress(api, part);
      if (progress.isSafe()) {
        out.printf("%s any more: it is safe to stop it%n", progress.text());
        out.printf("Next: when it is back, 'weft undrain %s'%n", name);
        out.flush();
        return 0;
      }
      if (!progress.text().equals(said)) {
        said = progress.text();
        out.println(said);
        out.flush();
      }
      if (System.nanoTime() - end >= 0) {
        out.printf(
            "not safe to stop after %d s; the node goes on draining, and 'weft undrain %s' ends it%n",
            timeout, name);
        out.flush();
        return 1;
      }
      pause();
    }
  }

  /** An API server that is away for a moment ends no wait. */
  private DrainProgress progress(Api api, Part part) {
    try {
      return DrainProgress.of(state(api), name, part);
    } catch (UnreachableException e) {
      return new DrainProgress(false, e.getMessage() + "; it is asked again");
    }
  }

  private ClusterState state(Api api) {
    return cluster.read(api, false).state();
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted; Node %s goes on draining".formatted(name));
    }
  }
}
