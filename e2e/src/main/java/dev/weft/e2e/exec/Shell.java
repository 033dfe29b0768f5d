package dev.weft.e2e.exec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs commands to their end. */
public final class Shell {
  /** How long a command may take that has no limit of its own. */
  public static final Duration LIMIT = Duration.ofSeconds(60);

  private Shell() {}

  /** Runs a command and returns what it said, whatever its exit code. */
  public static Output run(Place place, String... argv) {
    return run(place, LIMIT, "", Arrays.asList(argv));
  }

  /** Runs a bash script that stops at its first error. */
  public static Output script(Place place, String script) {
    return run(place, LIMIT, script, List.of("bash", "-euo", "pipefail", "-s"));
  }

  /**
   * Runs a command and returns what it said, whatever its exit code.
   *
   * @param limit after which it is killed
   * @param input its standard input
   */
  public static Output run(Place place, Duration limit, String input, List<String> argv) {
    var what = place.name() + ": " + String.join(" ", argv);
    try {
      var process = new ProcessBuilder(place.command(argv)).start();
      var out = text(process.getInputStream());
      var err = text(process.getErrorStream());
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading: its exit code and standard error say why.
      }
      if (!process.waitFor(Patience.with(limit).toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return new Output(what, 124, out.join(), err.join() + "\nended after " + limit);
      }
      return new Output(what, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(what + ": interrupted", e);
    }
  }

  /** Runs a command with this process's own terminal and returns its exit code. */
  public static int attached(Place place, List<String> argv) {
    try {
      return new ProcessBuilder(place.command(argv)).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", argv), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(String.join(" ", argv) + ": interrupted", e);
    }
  }

  private static CompletableFuture<String> text(InputStream stream) {
    var result = new CompletableFuture<String>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                result.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                result.complete("");
              }
            });
    return result;
  }
}
