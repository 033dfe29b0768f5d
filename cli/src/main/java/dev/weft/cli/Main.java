package dev.weft.cli;

import dev.weft.cli.connect.ConnectCommand;
import dev.weft.cli.explain.DiagnoseCommand;
import dev.weft.cli.explain.ExplainCommand;
import dev.weft.cli.graph.GraphCommand;
import dev.weft.cli.migrate.ImportCommand;
import dev.weft.cli.node.ConfigCommand;
import dev.weft.cli.peer.PeerCommand;
import dev.weft.cli.plan.PlanCommand;
import dev.weft.cli.status.NodesCommand;
import dev.weft.cli.status.PeersCommand;
import dev.weft.cli.status.StatusCommand;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code weft}, also {@code kubectl weft}. */
@Command(
    name = "weft",
    mixinStandardHelpOptions = true,
    version = "weft 0.1.0-SNAPSHOT",
    description = "Joins nodes, clusters, offices and phones with WireGuard.",
    subcommands = {
      StatusCommand.class,
      NodesCommand.class,
      PeersCommand.class,
      PeerCommand.class,
      ConnectCommand.class,
      ConfigCommand.class,
      GraphCommand.class,
      ImportCommand.class,
      ExplainCommand.class,
      DiagnoseCommand.class,
      PlanCommand.class,
      WarmUpCommand.class,
      AutoComplete.GenerateCompletion.class
    })
public final class Main {
  private Main() {}

  /** Runs a command and exits with its code: 0 done, 1 problems found, 2 wrong usage or input. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return withErrors(new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true));
  }

  /** Wrong input is one line for the user, not a stack trace. */
  public static CommandLine withErrors(CommandLine command) {
    return command.setExecutionExceptionHandler(
        (e, commandLine, parsed) -> {
          if (e instanceof InputException) {
            commandLine.getErr().println("weft: " + e.getMessage());
            commandLine.getErr().flush();
            return 2;
          }
          throw e;
        });
  }
}
