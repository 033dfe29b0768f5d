package dev.weft.cli.host;

import java.util.Arrays;
import java.util.List;

/**
 * A program with its arguments, none of them secret.
 *
 * @param argv program and arguments
 * @param input its standard input, which may be secret and is shown nowhere
 */
public record HostCommand(List<String> argv, String input) {
  public HostCommand {
    argv = List.copyOf(argv);
  }

  /** A command without input, its arguments separated by blanks. */
  public static HostCommand of(String words) {
    return new HostCommand(Arrays.asList(words.split(" ", -1)), "");
  }

  @Override
  public String toString() {
    return String.join(" ", argv);
  }
}
