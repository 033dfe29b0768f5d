package dev.weft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weft warm-up FILE}: a run in which the JVM learns what to keep in its class cache. */
@Command(name = "warm-up", hidden = true, description = "Loads what commands need; for the build.")
final class WarmUpCommand implements Callable<Integer> {
  /** Nothing listens there: all classes of a request are loaded, and nothing is asked. */
  private static final String NOWHERE =
      """
      {"apiVersion": "v1", "kind": "Config", "current-context": "nowhere",
       "contexts": [{"name": "nowhere", "context": {"cluster": "nowhere", "user": "nobody"}}],
       "clusters": [{"name": "nowhere", "cluster": {"server": "https://127.0.0.1:1"}}],
       "users": [{"name": "nobody", "user": {"token": "none"}}]}
      """;

  @Parameters(paramLabel = "FILE", description = "Manifests.")
  private String file = "";

  @Override
  public Integer call() {
    try {
      var kubeconfig = Files.createTempFile("weft", ".json");
      try {
        Files.writeString(kubeconfig, NOWHERE);
        run("status", "--from", file);
        run("status", "--from", file, "-o", "json");
        run("graph", "--from", file);
        run("plan", "-f", file);
        run("diagnose", "--from", file);
        run("status", "--kubeconfig", kubeconfig.toString());
        run("peer", "add", "--help");
      } finally {
        Files.delete(kubeconfig);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 0;
  }

  private static void run(String... arguments) {
    var nowhere = new PrintWriter(new StringWriter());
    var ignored = Main.commandLine(arguments).setOut(nowhere).setErr(nowhere).execute(arguments);
  }
}
