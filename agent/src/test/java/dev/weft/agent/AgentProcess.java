package dev.weft.agent;

import dev.weft.api.server.ApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * An agent as a process of its own, with the flags of its launcher, in a memory control group with
 * the limit of the chart. It has no cache of classes that were loaded beforehand, as an image has,
 * and so needs more memory.
 */
final class AgentProcess implements AutoCloseable {
  private static final Pattern FLAGS =
      Pattern.compile("exec \"\\$java\" (.*?) \\\\?\\s*\\$aot", Pattern.DOTALL);
  private static final Pattern LIMIT = Pattern.compile("limits: \\{memory: (\\d+)Mi}");
  private static final Path GROUPS = Path.of("/sys/fs/cgroup/memory");
  private static final String HTTP = "127.0.0.1:9586";

  private final Process process;
  private final Path log;
  private final Path group;

  private AgentProcess(Process process, Path log, Path group) {
    this.process = process;
    this.log = log;
    this.group = group;
  }

  /** Whether there is a control group of memory to be had. */
  static boolean canBeLimited() {
    return Files.isWritable(GROUPS.resolve("cgroup.procs"));
  }

  /**
   * Starts one.
   *
   * @param folder for its log, its state and its credential; the same again for one that was there
   */
  static AgentProcess start(ApiServer server, String node, Path folder) throws IOException {
    var log = folder.resolve("agent.log");
    var group = GROUPS.resolve("weft-sizes-" + ProcessHandle.current().pid());
    Files.createDirectories(group);
    Files.writeString(group.resolve("memory.limit_in_bytes"), String.valueOf(limitBytes()));
    var command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "echo $$ > " + group.resolve("cgroup.procs") + " && exec \"$@\"",
                "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.weft.agent.Main"));
    var kubeconfig = server.kubeconfigOn(node, "weft-agents", "weft-agent", folder);
    command.addAll(
        List.of(
            "--node-name", node,
            "--kubeconfig", kubeconfig.toString(),
            "--state-dir", folder.resolve("state").toString(),
            "--run-dir", folder.resolve("run").toString(),
            "--cni-conf-dir", folder.resolve("cni").toString(),
            "--cni-address-dir", folder.resolve("addresses").toString(),
            "--cni-result-dir", folder.resolve("results").toString(),
            "--http-address", HTTP));
    var builder = new ProcessBuilder(command);
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    var process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new AgentProcess(process, log, group);
  }

  /** The memory limit of the chart. */
  static long limitBytes() throws IOException {
    var values = Files.readString(ApiServer.repository().resolve("helm/weft/values.yaml"));
    return Long.parseLong(first(LIMIT, values.substring(values.indexOf("\nagent:")))) << 20;
  }

  private static List<String> flags() throws IOException {
    var launcher = Files.readString(ApiServer.repository().resolve("agent/weft-agent"));
    return List.of(first(FLAGS, launcher).replace("\\\n", " ").strip().split("\\s+"));
  }

  private static String first(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    if (!found.find()) {
      throw new IllegalStateException("no " + pattern + " in what is shipped");
    }
    return found.group(1);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The most that it has had resident, in MiB. */
  long peakMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
        .filter(l -> l.startsWith("VmHWM:"))
        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElseThrow();
  }

  /** How often the control group had no memory left, and had to take some back. */
  long timesAtTheLimit() throws IOException {
    return Long.parseLong(Files.readString(group.resolve("memory.failcnt")).strip());
  }

  /** What it has logged. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(group);
  }
}
