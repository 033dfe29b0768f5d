package dev.weft.e2e;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;

/** What the commands {@code lab} and {@code real} have in common. */
final class Commands {
  private Commands() {}

  /**
   * A command line whose failures are one line of text.
   *
   * @param passing subcommands that pass their arguments on to another program
   */
  static CommandLine line(Object command, List<String> passing) {
    var line = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true);
    for (var one : passing) {
      Objects.requireNonNull(line.getSubcommands().get(one))
          .setStopAtPositional(true)
          .setUnmatchedOptionsArePositionalParams(true);
    }
    return line.setExecutionExceptionHandler(
        (e, _, _) -> {
          var cause = e.getCause() != null && e instanceof CompletionException ? e.getCause() : e;
          System.err.println(
              line.getCommandName()
                  + ": "
                  + Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
          if (System.getenv("WEFT_LAB_TRACE") != null) {
            cause.printStackTrace();
          }
          return 1;
        });
  }

  /** A command without the two dashes before it. */
  static List<String> afterDashes(List<String> command) {
    return command.getFirst().equals("--") ? command.subList(1, command.size()) : command;
  }
}
