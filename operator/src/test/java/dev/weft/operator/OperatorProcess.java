package dev.weft.operator;

import dev.weft.api.server.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An operator as a process of its own, with the flags of its launcher and the heap that it has
 * within the memory limit of the chart.
 */
final class OperatorProcess implements AutoCloseable {
  private static final Pattern FLAGS =
      Pattern.compile("exec \"\\$java\" (.*?) \\$aot", Pattern.DOTALL);
  private static final Pattern PERCENTAGE = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)");
  private static final Pattern LIMIT = Pattern.compile("limits: \\{memory: (\\d+)Mi}");

  private final Process process;
  private final Path log;

  private OperatorProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts one that stands for election.
   *
   * @param name of its Pod, and of the holder of its Lease
   * @param folder for its log and its credential
   */
  static OperatorProcess start(ApiServer server, String name, Path folder) throws IOException {
    var log = folder.resolve(name + ".log");
    var command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.weft.operator.Main"));
    var builder = new ProcessBuilder(command);
    builder
        .environment()
        .putAll(
            Map.of(
                "KUBECONFIG",
                server.kubeconfigOn(name, "weft-system", "weft-operator", folder).toString(),
                "POD_NAME",
                name,
                "WEFT_HTTP_ADDRESS",
                "127.0.0.1:0",
                "WEFT_HEALTH_ADDRESS",
                "127.0.0.1:0"));
    var process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new OperatorProcess(process, log);
  }

  /** What the launcher says, with its share of the chart's limit as the heap. */
  static List<String> flags() throws IOException {
    var launcher = Files.readString(ApiServer.repository().resolve("operator/weft-operator"));
    var values = Files.readString(ApiServer.repository().resolve("helm/weft/values.yaml"));
    var operator = values.substring(values.indexOf("\noperator:"));
    var flags = first(FLAGS, launcher).replace("\\\n", " ");
    int percent = Integer.parseInt(first(PERCENTAGE, flags));
    int limit = Integer.parseInt(first(LIMIT, operator));
    var all =
        new ArrayList<>(List.of(PERCENTAGE.matcher(flags).replaceAll("").strip().split("\\s+")));
    all.add("-Xmx%dm".formatted(limit * percent / 100));
    return all;
  }

  private static String first(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("no " + pattern + " in what is shipped");
    }
    return found.group(1);
  }

  /** SIGSTOP: it stands still without knowing. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + ": " + code);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it has logged. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
