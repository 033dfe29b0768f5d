package dev.weft.cli.output;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The terminal behind standard output. */
public final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal; a console would want standard input to be one, too. */
  public static boolean isThere() {
    var output = Path.of("/proc/self/fd/1");
    try {
      if (Files.isSymbolicLink(output)) {
        var device = Files.readSymbolicLink(output).toString();
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
      }
    } catch (IOException e) {
      return false;
    }
    return console().isPresent();
  }

  /** The terminal behind standard input and output; empty: there is none to ask at. */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 may be configured to have none
  public static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
