package dev.weft.cli;

import dev.weft.cli.connect.ConnectCommand;
import dev.weft.cli.convert.ConvertCommand;
import dev.weft.cli.drain.DrainCommand;
import dev.weft.cli.drain.UndrainCommand;
import dev.weft.cli.explain.DiagnoseCommand;
import dev.weft.cli.explain.ExplainCommand;
import dev.weft.cli.graph.GraphCommand;
import dev.weft.cli.mesh.MeshCommand;
import dev.weft.cli.migrate.ImportCommand;
import dev.weft.cli.node.ConfigCommand;
import dev.weft.cli.output.Visible;
import dev.weft.cli.output.VisibleWriter;
import dev.weft.cli.peer.PeerCommand;
import dev.weft.cli.plan.PlanCommand;
import dev.weft.cli.status.NodesCommand;
import dev.weft.cli.status.PeersCommand;
import dev.weft.cli.status.StatusCommand;
import dev.weft.cli.takeover.TakeoverCommand;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code weft}, also {@code kubectl weft}. */
@Command(
    name = "weft",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Joins nodes, clusters, offices and phones with WireGuard.")
public final class Main {
  private static final List<String> COMMANDS =
      List.of(
          "status",
          "nodes",
          "peers",
          "peer",
          "mesh",
          "drain",
          "undrain",
          "connect",
          "config",
          "graph",
          "import",
          "convert",
          "takeover",
          "explain",
          "diagnose",
          "plan",
          "warm-up",
          "generate-completion");

  private Main() {}

  /** From the JAR's manifest; {@code development} outside of a JAR. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"weft " + (version == null ? "development" : version)};
    }
  }

  /** Runs a command and exits with its code: 0 done, 1 problems found, 2 wrong usage or input. */
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /**
   * The command line. Reading a command's options by reflection costs some milliseconds each, so a
   * run that names its command has that one alone; help and completion have all.
   */
  public static CommandLine commandLine(String... args) {
    var line = new CommandLine(new Main());
    var named = args.length > 0 ? args[0] : "";
    boolean one = COMMANDS.contains(named) && !named.equals("generate-completion");
    (one ? List.of(named) : COMMANDS).forEach(name -> line.addSubcommand(name, command(name)));
    line.setOut(VisibleWriter.of(System.out, System.out.charset()));
    line.setErr(VisibleWriter.of(System.err, System.err.charset()));
    return withErrors(line.setCaseInsensitiveEnumValuesAllowed(true));
  }

  private static Object command(String name) {
    return switch (name) {
      case "status" -> new StatusCommand();
      case "nodes" -> new NodesCommand();
      case "peers" -> new PeersCommand();
      case "peer" -> new PeerCommand();
      case "connect" -> new ConnectCommand();
      case "config" -> new ConfigCommand();
      case "graph" -> new GraphCommand();
      case "import" -> new ImportCommand();
      case "convert" -> new ConvertCommand();
      case "takeover" -> new TakeoverCommand();
      case "explain" -> new ExplainCommand();
      case "diagnose" -> new DiagnoseCommand();
      case "mesh" -> new MeshCommand();
      case "drain" -> new DrainCommand();
      case "undrain" -> new UndrainCommand();
      case "plan" -> new PlanCommand();
      case "warm-up" -> new WarmUpCommand();
      case "generate-completion" -> new AutoComplete.GenerateCompletion();
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** Wrong input is one line for the user, not a stack trace. */
  public static CommandLine withErrors(CommandLine command) {
    return command.setExecutionExceptionHandler(
        (e, commandLine, parsed) -> {
          if (e instanceof InputException) {
            commandLine.getErr().println("weft: " + Visible.line(String.valueOf(e.getMessage())));
            commandLine.getErr().flush();
            return 2;
          }
          throw e;
        });
  }
}
