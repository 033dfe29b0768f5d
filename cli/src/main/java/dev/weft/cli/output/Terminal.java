package dev.weft.cli.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal behind standard output. */
public final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal; a console would want standard input to be one, too. */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 may be told to have none
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
    var console = System.console();
    return console != null && console.isTerminal();
  }
}
