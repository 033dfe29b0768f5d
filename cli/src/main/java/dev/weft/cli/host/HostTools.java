package dev.weft.cli.host;

import dev.weft.cli.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Runs programs of the host. */
public final class HostTools {
  private static final int PATIENCE_SECONDS = 20;
  private static final int LOOK_SECONDS = 10;

  /** Tools of administrators aren't on everybody's path. */
  private static final String ADMINISTRATORS =
      ":/usr/sbin:/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin";

  private HostTools() {}

  /**
   * What a program said.
   *
   * @param exitCode 124: it was ended, for it took too long
   */
  public record Said(int exitCode, String out, String err) {
    /** Whether it succeeded. */
    public boolean ok() {
      return exitCode == 0;
    }
  }

  /** Runs a command to its end. */
  public static Said run(HostCommand command) {
    return run(command, PATIENCE_SECONDS);
  }

  private static Said run(HostCommand command, int seconds) {
    var argv = new ArrayList<>(command.argv());
    // A JVM looks for programs in its own PATH, whatever the child's is.
    find(argv.getFirst()).ifPresent(program -> argv.set(0, program));
    var builder = new ProcessBuilder(argv);
    builder.environment().merge("PATH", ADMINISTRATORS, String::concat);
    builder.environment().put("LC_ALL", "C");
    try {
      var process = builder.start();
      try (var input = process.getOutputStream()) {
        input.write(command.input().getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading: its exit code says why.
      }
      var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Said(124, out, err + "ended after " + seconds + " s");
      }
      return new Said(process.exitValue(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InputException("interrupted");
    }
  }

  /**
   * Runs a command that has to succeed, and returns what it printed.
   *
   * @throws InputException with the command and its complaint
   */
  public static String must(HostCommand command) {
    var said = run(command);
    if (!said.ok()) {
      throw new InputException(
          "'%s' fails: %s".formatted(command, said.err().lines().findFirst().orElse("no reason")));
    }
    return said.out();
  }

  /** What a program that only looks prints; empty if it is missing or fails. */
  public static Optional<String> output(String... argv) {
    try {
      var said = run(new HostCommand(List.of(argv), ""), LOOK_SECONDS);
      return said.ok() ? Optional.of(said.out()) : Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** Whether a program is there. */
  public static boolean has(String program) {
    return find(program).isPresent();
  }

  private static Optional<String> find(String program) {
    var path = System.getenv().getOrDefault("PATH", "") + ADMINISTRATORS;
    return Pattern.compile(":")
        .splitAsStream(path)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /** Whether this process may do what root may. */
  public static boolean isRoot() {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.anyMatch(l -> l.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    } catch (IOException e) {
      return false;
    }
  }
}
