package dev.weft.cli.takeover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ClusterOptions;
import dev.weft.cli.manifest.ManifestObject;
import dev.weft.cli.manifest.SnapshotReader;
import dev.weft.cli.output.Visible;
import dev.weft.cli.plan.OfflinePlan;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.problem.Severity;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft takeover kilo}. */
@Command(
    name = "kilo",
    mixinStandardHelpOptions = true,
    description = {
      "Turns a Kilo cluster into a Weft mesh, node by node, with both running and a way back until --finish.",
      "Without an option it only looks: what was found, the mesh and Peers that it would become, what every node would program, and what can't be carried."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:looked, and the plan has problems of severity error",
      "2:wrong usage, no cluster, no Kilo, or refused"
    })
public final class KiloCommand implements Callable<Integer> {
  static final class Step {
    @Option(names = "--check", description = "Only look; the default.")
    @SuppressWarnings("UnusedVariable") // what is done where no other step is named
    private boolean check;

    @Option(names = "--apply", description = "Make the mesh, and move nodes into it.")
    private boolean apply;

    @Option(
        names = "--back",
        description = "Give nodes back to Kilo; after the last one the mesh goes.")
    private boolean back;

    @Option(
        names = "--finish",
        description =
            "End Kilo: its DaemonSet, Peers and annotations go. There is no way back from it.")
    private boolean finish;

    @Option(
        names = "--host",
        description =
            "On a node, as root, after --finish: remove Kilo's link, routes, rules and chains.")
    private boolean host;
  }

  static final class Which {
    @Option(names = "--node", split = ",", paramLabel = "NAME", description = "These nodes.")
    private List<String> nodes = List.of();

    @Option(names = "--all", description = "All nodes, one after the other.")
    private boolean all;
  }

  @ArgGroup private Step step = new Step();
  @ArgGroup private Which which = new Which();

  @Option(
      names = "--pod-cidr",
      split = ",",
      paramLabel = "CIDR",
      description = "The cluster's range of pods; default: what holds the nodes' ranges.")
  private List<String> podCIDRs = List.of();

  @Option(
      names = "--service-cidr",
      split = ",",
      paramLabel = "CIDR",
      description = "The cluster's range of Services; default: what kg was given.")
  private List<String> serviceCIDRs = List.of();

  @Option(
      names = "--interface",
      defaultValue = "kilo0",
      paramLabel = "LINK",
      description = "Kilo's link, for --host; default: ${DEFAULT-VALUE}.")
  private String device = "kilo0";

  @Mixin private final ClusterOptions cluster = new ClusterOptions();

  @Spec
  @SuppressWarnings("NullAway") // set by picocli before call()
  private CommandSpec spec;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    boolean some = which.all || !which.nodes.isEmpty();
    if ((step.apply || step.back) != some) {
      throw new InputException(
          some
              ? "--node and --all are for --apply and --back"
              : "which nodes? Say --node NAME or --all");
    }
    if (step.host) {
      new KiloHost(device).clean().forEach(line -> out.println("removed by: " + line));
      out.flush();
      return 0;
    }
    if (cluster.isOffline() && !step.apply && !step.back && !step.finish) {
      var kilo = KiloCluster.of(cluster.objects().objects());
      return check(kilo, successor(kilo), out);
    }
    try (var api = cluster.api()) {
      return run(api, out);
    }
  }

  private Successor successor(KiloCluster kilo) {
    if (!kilo.isThere()) {
      throw new InputException(
          "there is no Kilo here: no DaemonSet runs an image named kilo, no Node has an annotation of kilo.squat.ai, and there are no Peers of it; is it another cluster? (--context, --from)");
    }
    return Successor.of(kilo, podCIDRs, serviceCIDRs);
  }

  private int run(Api api, PrintWriter out) {
    var kilo = KiloCluster.read(api);
    var successor = successor(kilo);
    var takeover = new Takeover(api, kilo, successor, cluster.agentsNamespace(), out);
    takeover.check(which.nodes);
    if (step.apply) {
      takeover.apply(which.all ? takeover.nodes(false) : which.nodes);
    } else if (step.back) {
      takeover.back(which.all ? takeover.nodes(true) : which.nodes);
    } else if (step.finish) {
      takeover.finish();
    } else {
      return check(kilo, successor, out);
    }
    return 0;
  }

  private static int check(KiloCluster kilo, Successor successor, PrintWriter out) {
    out.println(
        Visible.line(
            "# found: %d DaemonSet(s), %d Node(s), %d Peer(s); moved: %s; not moved: %s"
                .formatted(
                    kilo.daemonSets().size(),
                    kilo.nodes().size(),
                    kilo.peers().size(),
                    kilo.names(true),
                    kilo.names(false))));
    successor.notes().forEach(note -> out.println("# note: " + Visible.line(note)));
    print(successor.mesh(), out);
    successor.peers().forEach(p -> print(p, out));
    // When all is done: every node has the label, and every Peer is enabled.
    var objects = new ArrayList<ManifestObject>();
    objects.add(new ManifestObject("takeover", successor.mesh()));
    kilo.nodes().forEach(n -> objects.add(new ManifestObject("cluster", moved(n, successor))));
    successor
        .peers()
        .forEach(
            p -> {
              var enabled = p.deepCopy();
              if (enabled.path("spec") instanceof ObjectNode s) {
                s.remove("disabled");
              }
              objects.add(new ManifestObject("takeover", enabled));
            });
    var plan =
        OfflinePlan.of(
            SnapshotReader.read(objects, AccessState.UNKNOWN, Instant.now().getEpochSecond()));
    out.println("---");
    out.println(plan.text().indent(2).replaceAll("(?m)^ ", "#").stripTrailing());
    out.flush();
    return plan.problems().stream().anyMatch(p -> p.severity() == Severity.ERROR) ? 1 : 0;
  }

  private static JsonNode moved(JsonNode node, Successor successor) {
    ObjectNode copy = node.deepCopy();
    copy.put("apiVersion", "v1").put("kind", "Node");
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.withObject("/labels").put(Successor.LABEL, "moved");
      var annotations = metadata.withObject("/annotations");
      successor
          .annotations()
          .getOrDefault(metadata.path("name").asText(), java.util.Map.of())
          .forEach(annotations::put);
    }
    return copy;
  }

  private static void print(ObjectNode object, PrintWriter out) {
    try {
      out.print(new ObjectMapper(new YAMLFactory()).writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }
}
