package dev.weft.e2e;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Doctor;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2e/lab}: whole clouds on this machine. */
@Command(
    name = "lab",
    description = "Whole clouds on this machine, and the real thing running in them.",
    mixinStandardHelpOptions = true,
    subcommands = FaultCommand.class)
public final class LabCommand implements Runnable {
  private static final Path REPOSITORY =
      Path.of(Objects.requireNonNullElse(System.getenv("WEFT_REPOSITORY"), "."))
          .toAbsolutePath()
          .normalize();

  @Option(
      names = "--name",
      defaultValue = "demo",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Which lab; two may run side by side. Default: ${DEFAULT-VALUE}")
  private String name = "demo";

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    var line = Commands.line(new LabCommand(), List.of("exec", "pod", "kubectl", "helm", "weft"));
    System.exit(line.execute(args));
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  LabDirectory directory() {
    return LabDirectory.named(name);
  }

  Lab lab() {
    return Lab.open(directory());
  }

  @Command(description = "Builds a lab and waits until every pod reaches every other.")
  int up(
      @Parameters(
              arity = "0..1",
              defaultValue = "three-clouds",
              description = "a name from e2e/topologies or a file; default: ${DEFAULT-VALUE}")
          String topology,
      @Option(
              names = "--cni",
              defaultValue = "",
              description =
                  "beside another CNI: flannel-vxlan, flannel-host-gw, cilium-tunnel, cilium-native, calico-vxlan, calico-ipip")
          String cni,
      @Option(
              names = "--image",
              description =
                  "agent=FOLDER or operator=FOLDER: run that from the root of an image (deploy/images/build --root)")
          Map<String, Path> images,
      @Option(names = "--bare", description = "without operator, agents and pods") boolean bare,
      @Option(names = "--wait", defaultValue = "90", description = "seconds; default: 90")
          int seconds) {
    var file =
        topology.matches("[a-z0-9-]+")
            ? REPOSITORY.resolve("e2e/topologies/" + topology + ".yaml")
            : Path.of(topology);
    var progress = new Progress(System.out);
    var folders = new TreeMap<String, String>();
    Objects.requireNonNullElse(images, Map.<String, Path>of())
        .forEach((name, folder) -> folders.put(name, folder.toAbsolutePath().toString()));
    var lab =
        Lab.up(directory(), Topology.read(file).withCni(cni), REPOSITORY, folders, bare, progress);
    if (bare) {
      return 0;
    }
    lab.awaitReady(Duration.ofSeconds(seconds));
    progress.say("all agents ready");
    int exit = status(seconds);
    progress.say("the lab is up");
    System.out.print(Hints.text(lab, name));
    return exit;
  }

  @Command(description = "Prints which pod reaches which, and what crossed the internet.")
  int status(
      @Option(
              names = "--wait",
              defaultValue = "0",
              description = "seconds to wait until all is well")
          int seconds) {
    var lab = lab();
    if (seconds > 0) {
      lab.awaitReady(Duration.ofSeconds(seconds));
    }
    var status =
        Wait.look(Duration.ofSeconds(seconds), lab::status, s -> s.good() || !s.internet().clean());
    System.out.print(status.text());
    return status.good() ? 0 : 1;
  }

  @Command(description = "Runs a command on a node: lab exec gcp-1 -- ip rule")
  int exec(@Parameters String node, @Parameters(arity = "1..*") List<String> command) {
    return Shell.attached(lab().machine(node), Commands.afterDashes(command));
  }

  @Command(description = "Runs a command in a pod: lab pod aws-1/a -- ping -c1 10.42.5.2")
  int pod(@Parameters String pod, @Parameters(arity = "1..*") List<String> command) {
    return Shell.attached(lab().pod(PodName.parse(pod)), Commands.afterDashes(command));
  }

  @Command(description = "kubectl as the administrator.")
  int kubectl(@Parameters(arity = "0..*") List<String> args) {
    return lab().kubectl().attached(args);
  }

  @Command(description = "kubectl weft as the administrator: lab weft peer add phone -o qr")
  int weft(@Parameters(arity = "0..*") List<String> args) {
    return lab().weftAttached(Objects.requireNonNullElse(args, List.of()));
  }

  @Command(description = "helm as the administrator; after an upgrade of weft: lab roll-out")
  int helm(@Parameters(arity = "0..*") List<String> args) {
    return lab().helm().attached(args);
  }

  @Command(
      name = "roll-out",
      description = "Replaces operator and agents, one by one, by what is installed now.")
  int rollOut(
      @Option(names = "--wait", defaultValue = "60", description = "seconds per agent; default: 60")
          int seconds) {
    lab().rollOut(Duration.ofSeconds(seconds));
    return 0;
  }

  @Command(name = "add-node", description = "Adds a node to a cloud.")
  int addNode(@Parameters String cloud) {
    var node = lab().addNode(cloud);
    System.out.println(node.name());
    return 0;
  }

  @Command(description = "Ends a lab and leaves nothing behind, also after a crash.")
  int down() {
    Lab.down(directory());
    return 0;
  }

  @Command(description = "Says what this machine has of what a lab needs.")
  int doctor() {
    return Doctor.examine(REPOSITORY, System.out) ? 0 : 1;
  }
}
