package dev.weft.e2e;

import dev.weft.e2e.cluster.ClusterCheck;
import dev.weft.e2e.cluster.ClusterSpec;
import dev.weft.e2e.cluster.RealCluster;
import dev.weft.e2e.cluster.UpstreamSuite;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code e2e/real}: a cluster with real kubelets in the lab's clouds. */
@Command(
    name = "real",
    description = "A cluster with real kubelets in clouds on this machine, and Weft as its CNI.",
    mixinStandardHelpOptions = true,
    subcommands = RealCommand.Fault.class)
public final class RealCommand implements Runnable {
  private static final Path REPOSITORY =
      Path.of(Objects.requireNonNullElse(System.getenv("WEFT_REPOSITORY"), "."))
          .toAbsolutePath()
          .normalize();

  @Option(
      names = "--name",
      defaultValue = "real",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Which cluster. Default: ${DEFAULT-VALUE}")
  private String name = "real";

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(
        Commands.line(new RealCommand(), List.of("exec", "kubectl", "helm", "weft")).execute(args));
  }

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }

  private LabDirectory directory() {
    return LabDirectory.named(name);
  }

  RealCluster cluster() {
    return RealCluster.open(directory());
  }

  @Command(description = "Builds a cluster, installs Weft, and waits until everything is ready.")
  int up(
      @Parameters(
              arity = "0..1",
              defaultValue = "peered",
              description = "a name from e2e/clusters or a file; default: ${DEFAULT-VALUE}")
          String cluster,
      @Option(
              names = "--advertise",
              description = "Internal or Public: where the Service kubernetes leads to")
          ClusterSpec.@Nullable Advertise advertise,
      @Option(names = "--proxy", description = "kube-proxy's mode: iptables or nftables")
          @Nullable String proxy,
      @Option(
              names = "--beside",
              paramLabel = "NAME",
              description = "a cluster that is up: the clouds of both reach each other")
          @Nullable List<String> beside,
      @Option(
              names = "--bare",
              description = "without Weft: nodes stay NotReady, for want of a CNI")
          boolean bare) {
    var file =
        cluster.matches("[a-z0-9-]+")
            ? REPOSITORY.resolve("e2e/clusters/" + cluster + ".yaml")
            : Path.of(cluster);
    var wanted = ClusterSpec.read(file);
    wanted = advertise == null ? wanted : wanted.advertising(advertise);
    wanted = proxy == null ? wanted : wanted.withProxy(proxy);
    var progress = new Progress(System.out);
    var others =
        Objects.requireNonNullElse(beside, List.<String>of()).stream()
            .map(other -> RealCluster.open(LabDirectory.named(other)))
            .toList();
    var up = RealCluster.up(directory(), wanted, REPOSITORY, progress);
    others.forEach(up::join);
    if (bare) {
      return 0;
    }
    up.install();
    progress.say("charts installed");
    up.awaitReady(Duration.ofMinutes(2));
    progress.say("nodes, agents, operators, kube-proxy and CoreDNS are ready");
    return 0;
  }

  @Command(description = "Says which nodes and pods there are, and what left in plain text.")
  int status() {
    var cluster = cluster();
    System.out.print(cluster.kubectl().run("get", "nodes", "-o", "wide").out());
    System.out.print(cluster.kubectl().run("get", "weft,weft-nodes").out());
    System.out.print(cluster.kubectl().run("get", "pods", "-A", "-o", "wide").out());
    System.out.println("control plane (MiB): " + cluster.memory());
    System.out.println("on the internet: " + cluster.leakedPackets());
    return 0;
  }

  @Command(description = "Asks what people do with a network, from every pod, node and outside.")
  int check() {
    var cluster = cluster();
    ClusterCheck.prepare(cluster);
    var answers = ClusterCheck.ask(cluster);
    answers.stream()
        .filter(a -> !a.good())
        .forEach(a -> System.out.println("FAILED  " + a.asked()));
    long good = answers.stream().filter(ClusterCheck.Answer::good).count();
    System.out.printf("%d of %d%n", good, answers.size());
    return good == answers.size() ? 0 : 1;
  }

  @Command(description = "Runs Kubernetes' own tests of a network; default: the conformance specs.")
  int upstream(
      @Parameters(
              arity = "0..1",
              description = "regular expression of the specs' names; default: conformance")
          @Nullable String focus,
      @Option(names = "--processes", defaultValue = "2", description = "default: 2")
          int processes) {
    var result =
        UpstreamSuite.run(
            cluster(),
            focus == null ? UpstreamSuite.CONFORMANCE : UpstreamSuite.named(focus),
            processes,
            Duration.ofMinutes(60));
    result.failed().forEach(f -> System.out.println("FAILED  " + f));
    System.out.printf(
        "%d passed, %d failed; %s%n", result.passed().size(), result.failed().size(), result.log());
    return result.failed().isEmpty() ? 0 : 1;
  }

  @Command(description = "Runs a command on a node: real exec b-1 -- ip rule")
  int exec(@Parameters String node, @Parameters(arity = "1..*") List<String> command) {
    return Shell.attached(cluster().machine(node), Commands.afterDashes(command));
  }

  @Command(description = "kubectl as the administrator.")
  int kubectl(@Parameters(arity = "0..*") List<String> args) {
    return cluster().kubectl().attached(args);
  }

  @Command(description = "helm as the administrator.")
  int helm(@Parameters(arity = "0..*") List<String> args) {
    return cluster().helm().attached(args);
  }

  @Command(description = "kubectl weft as the administrator.")
  int weft(@Parameters(arity = "0..*") List<String> args) {
    return cluster().weftAttached(args);
  }

  @Command(description = "Ends a cluster and leaves nothing behind, also after a crash.")
  int down() {
    RealCluster.down(directory());
    return 0;
  }

  /** What may break. */
  @Command(name = "fault", description = "Breaks something, or repairs it.")
  static final class Fault implements Runnable {
    @ParentCommand private @Nullable RealCommand real;
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      spec.commandLine().usage(System.out);
    }

    private RealCluster cluster() {
      return Objects.requireNonNull(real).cluster();
    }

    @Command(name = "power-off", description = "Ends everything on a node at once.")
    void powerOff(@Parameters(paramLabel = "NODE") String node) {
      if (cluster().isOn(node)) {
        cluster().powerOff(node);
      } else {
        System.out.println(node + " is off already");
      }
    }

    @Command(name = "power-on", description = "Boots a node that is off.")
    void powerOn(@Parameters(paramLabel = "NODE") String node) {
      if (cluster().isOn(node)) {
        System.out.println(node + " is on already");
      } else {
        cluster().powerOn(node);
      }
    }

    @Command(description = "Powers a node off and on; disks stay, memory doesn't.")
    void reboot(@Parameters(paramLabel = "NODE") String node) {
      if (cluster().isOn(node)) {
        cluster().powerOff(node);
      }
      cluster().powerOn(node);
    }

    @Command(description = "Lets nothing through to or from a node.")
    void cut(@Parameters(paramLabel = "NODE") String node) {
      cluster().cut(node);
    }

    @Command(description = "Ends a cut.")
    void mend(@Parameters(paramLabel = "NODE") String node) {
      cluster().mend(node);
    }

    @Command(name = "stop-apiserver", description = "Kills the API server; etcd stays.")
    void stopApiServer() {
      cluster().stopApiServer();
    }

    @Command(name = "start-apiserver", description = "Starts it again and waits for it.")
    void startApiServer() {
      cluster().startApiServer();
    }
  }
}
