package dev.weft.agent.iptables;

import dev.weft.mesh.net.Family;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The programs of one kind of iptables.
 *
 * @param variant their kind
 * @param ipv4 the command for IPv4, without {@code -save}
 * @param ipv6 the command for IPv6
 */
public record IptablesTool(Variant variant, String ipv4, String ipv6) {
  private static final int LIMIT_SECONDS = 30;
  private static final int LOCK_SECONDS = 5;

  /** Those of a kind, if they are on the path. */
  public static Optional<IptablesTool> find(Variant variant) {
    var named = variant.command("iptables");
    if (isOnPath(named + "-restore")) {
      return Optional.of(new IptablesTool(variant, named, variant.command("ip6tables")));
    }
    return isOnPath("iptables-restore") && variant.isNamedIn(version())
        ? Optional.of(new IptablesTool(variant, "iptables", "ip6tables"))
        : Optional.empty();
  }

  private static String version() {
    try {
      return run(List.of("iptables", "--version"), "");
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean isOnPath(String command) {
    var path = System.getenv().getOrDefault("PATH", "/usr/sbin:/sbin:/usr/bin:/bin");
    return List.of(path.split(":", -1)).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /**
   * All tables of a family; none has to exist.
   *
   * @throws IOException with the program's own words
   */
  public String save(Family family) throws IOException {
    return run(List.of(command(family) + "-save"), "");
  }

  /**
   * Makes changes, each table's in one transaction; what isn't named stays.
   *
   * @throws IOException with the program's own words
   */
  public void restore(Family family, String text) throws IOException {
    run(
        List.of(command(family) + "-restore", "--noflush", "-w", String.valueOf(LOCK_SECONDS)),
        text);
  }

  private String command(Family family) {
    return switch (family) {
      case IPV4 -> ipv4;
      case IPV6 -> ipv6;
    };
  }

  private static String run(List<String> argv, String input) throws IOException {
    var process = new ProcessBuilder(argv).start();
    var errors = CompletableFuture.supplyAsync(() -> read(process.errorReader()));
    var output = CompletableFuture.supplyAsync(() -> read(process.inputReader()));
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading: its exit code and words say why.
    }
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(argv.getFirst() + ": not done in " + LIMIT_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(argv.getFirst() + ": interrupted", e);
    }
    if (process.exitValue() != 0) {
      var words = errors.join().strip().lines().findFirst().orElse("refused");
      throw new IOException(argv.getFirst() + ": " + words);
    }
    return output.join();
  }

  private static String read(java.io.BufferedReader reader) {
    try (reader) {
      return reader.readAllAsString();
    } catch (IOException e) {
      return "";
    }
  }
}
