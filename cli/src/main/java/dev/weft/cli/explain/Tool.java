package dev.weft.cli.explain;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Programs of the host that only look. */
final class Tool {
  private static final int PATIENCE_SECONDS = 10;

  private Tool() {}

  /** What a program prints; empty if it is missing or fails. */
  static Optional<String> output(String... command) {
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
          ? Optional.of(text)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Whether a program is on the PATH, or where administrators' programs are. */
  static boolean isThere(String program) {
    var path =
        System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/usr/local/bin";
    return Pattern.compile(":")
        .splitAsStream(path)
        .filter(f -> !f.isEmpty())
        .anyMatch(f -> Files.isExecutable(Path.of(f, program)));
  }
}
