package dev.weft.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ApiRefusal;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.cluster.MeshDeletion;
import dev.weft.cli.cluster.Paths;
import dev.weft.cli.output.Terminal;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weft mesh delete NAME}. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = {
      "Deletes a WireGuardMesh: its agents remove tunnels, routes, filters and the pods' network from all its nodes.",
      "It sets the annotation that the admission policy wants, and waits until each agent has begun."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:deleted, and each agent has begun to clean its node",
      "1:deleted, but some agents have not begun in time; they are named",
      "2:wrong usage, no cluster, no such mesh, or not confirmed; nothing was changed"
    })
final class DeleteCommand implements Callable<Integer> {
  private static final int NOT_FOUND = 404;

  @Parameters(paramLabel = "NAME", description = "Name of the WireGuardMesh.")
  private String name = "";

  @Option(names = "--yes", description = "Asks no question.")
  private boolean yes;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "How long to wait for the agents; default ${DEFAULT-VALUE}.")
  private int timeout;

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec command;

  @Override
  public Integer call() {
    var out = command.commandLine().getOut();
    try (var api = cluster.api()) {
      var uid = uid(api);
      var nodes = Departures.nodes(list(api, "wireguardnodes"), name);
      confirm(nodes, out);
      delete(api, uid);
      out.printf("WireGuardMesh %s deleted%n", name);
      var missing = awaitBegun(api, nodes, out);
      out.println(
          missing.isEmpty()
              ? "Next: delete the pods of the pod network, wait for Clean=True, uninstall the charts (docs/install.md)"
              : "No agent has begun on: %s; if a node is offline, run 'weft-agent --cleanup' on it (deploy/cleanup)"
                  .formatted(String.join(", ", missing)));
      out.flush();
      return missing.isEmpty() ? 0 : 1;
    }
  }

  private String path() {
    return Paths.mesh(name);
  }

  private String uid(Api api) {
    try {
      return api.get(path()).at("/metadata/uid").asText();
    } catch (ApiRefusal e) {
      throw new InputException(
          e.code() == NOT_FOUND
              ? "there is no WireGuardMesh '%s'; 'kubectl get wireguardmeshes' lists them"
                  .formatted(name)
              : "WireGuardMesh %s can't be read: %s".formatted(name, e.getMessage()));
    }
  }

  private void confirm(List<String> nodes, PrintWriter out) {
    if (yes) {
      return;
    }
    var console =
        Terminal.console()
            .orElseThrow(() -> new InputException("there is no terminal to ask at; add --yes"));
    out.printf(
        "WireGuardMesh %s: its %d nodes lose their tunnels, and pods that Weft attached their network.%n"
            + "Type the mesh's name to delete it: ",
        name, nodes.size());
    out.flush();
    var answer = console.readLine();
    if (answer == null || !answer.strip().equals(name)) {
      throw new InputException("not confirmed; nothing was changed");
    }
  }

  private void delete(Api api, String uid) {
    try {
      var unusedMesh = api.merge(path(), MeshDeletion.confirmation(name));
      var unusedStatus = api.delete(path(), uid);
    } catch (ApiRefusal e) {
      throw new InputException(
          "WireGuardMesh %s can't be deleted: %s".formatted(name, e.getMessage()));
    }
  }

  /** Waits for the agents, and returns the nodes whose agents have not begun. */
  private List<String> awaitBegun(Api api, List<String> nodes, PrintWriter out) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeout);
    int waiting = -1;
    while (true) {
      var missing = Departures.notBegun(nodes, list(api, "nodereports"));
      if (missing.size() != waiting) {
        waiting = missing.size();
        out.printf("%d of %d agents clean their nodes%n", nodes.size() - waiting, nodes.size());
        out.flush();
      }
      if (missing.isEmpty() || System.nanoTime() - end >= 0) {
        return missing;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted; the mesh is deleted, its agents go on");
    }
  }

  private static JsonNode list(Api api, String kind) {
    try {
      return api.get(Paths.WEFT + kind);
    } catch (ApiRefusal e) {
      throw new InputException(kind + " can't be listed: " + e.getMessage());
    }
  }
}
