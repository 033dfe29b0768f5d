package dev.weft.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.cli.InputException;
import dev.weft.cli.manifest.ManifestObject;
import dev.weft.cli.manifest.Overlay;
import dev.weft.cli.manifest.SnapshotReader;
import dev.weft.mesh.cluster.AccessState;
import dev.weft.mesh.cluster.ClusterState;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which cluster a command is about. */
public final class ClusterOptions {
  @Option(
      names = "--kubeconfig",
      defaultValue = "",
      paramLabel = "FILE",
      description = "Default: KUBECONFIG, else ~/.kube/config.")
  private String kubeconfig = "";

  @Option(
      names = "--context",
      defaultValue = "",
      paramLabel = "NAME",
      description = "Context of the kubeconfig; default: the current one.")
  private String context = "";

  @Option(
      names = "--from",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Reads the cluster from manifests instead ('kubectl get nodes,pods,wgm,wgn,wgr,wgp -A -o yaml').")
  private List<String> from = List.of();

  @Option(
      names = "--system-namespace",
      defaultValue = "weft-system",
      paramLabel = "NS",
      description = "Where the operator runs; default: ${DEFAULT-VALUE}.")
  private String systemNamespace = "weft-system";

  @Option(
      names = "--agents-namespace",
      defaultValue = "weft-agents",
      paramLabel = "NS",
      description = "Where the agents run; default: ${DEFAULT-VALUE}.")
  private String agentsNamespace = "weft-agents";

  /** Whether the cluster is read from files. */
  public boolean isOffline() {
    return !from.isEmpty();
  }

  /** Where the kubeconfig is, as an absolute path; empty: at the default place, if it is there. */
  public String kubeconfigFile() {
    var variable = Objects.requireNonNullElse(System.getenv("KUBECONFIG"), "");
    var file = kubeconfig.isEmpty() ? variable : kubeconfig;
    // KUBECONFIG may hold several; they are merged where they are, not stored.
    return file.isEmpty() || file.contains(File.pathSeparator)
        ? ""
        : Path.of(file).toAbsolutePath().toString();
  }

  /** Context of the kubeconfig; empty: the current one. */
  public String context() {
    return context;
  }

  /** Where the operator runs, and keeps key pairs. */
  public String systemNamespace() {
    return systemNamespace;
  }

  /** Where the agents run, and preshared keys are. */
  public String agentsNamespace() {
    return agentsNamespace;
  }

  /**
   * The API server.
   *
   * @throws InputException if the command reads files
   */
  public Api api() {
    if (isOffline()) {
      throw new InputException(
          "--from names files, and this needs the cluster itself: leave it off");
    }
    return Api.of(kubeconfig, context);
  }

  /**
   * The cluster as it is now, or as the files say.
   *
   * @param surroundings whether pods, policies and Secrets' names are wanted, too
   */
  public SnapshotReader.Reading read(boolean surroundings) {
    if (isOffline()) {
      return SnapshotReader.read(from, System.in, Instant.now().getEpochSecond());
    }
    try (var api = Api.of(kubeconfig, context)) {
      return read(api, surroundings);
    }
  }

  /** The same by an API server that is at hand. */
  public SnapshotReader.Reading read(Api api, boolean surroundings) {
    var live = LiveCluster.read(api, systemNamespace, agentsNamespace, surroundings);
    return SnapshotReader.read(live.objects(), live.access(), Instant.now().getEpochSecond());
  }

  /** The objects of the cluster, as it is now or as the files say. */
  public LiveCluster.Reading objects() {
    if (isOffline()) {
      return new LiveCluster.Reading(Overlay.of(List.of(), from, System.in), AccessState.UNKNOWN);
    }
    try (var api = Api.of(kubeconfig, context)) {
      return LiveCluster.read(api, systemNamespace, agentsNamespace, false);
    }
  }

  /** Services and EndpointSlices; those that may not be read are left out. */
  public List<JsonNode> services() {
    if (isOffline()) {
      return objects().objects().stream().map(ManifestObject::json).toList();
    }
    try (var api = Api.of(kubeconfig, context)) {
      return Stream.of("/api/v1/services", "/apis/discovery.k8s.io/v1/endpointslices")
          .flatMap(path -> LiveCluster.items(api, path).stream())
          .toList();
    }
  }

  /** {@link #read(boolean)} without what could not be read. */
  public ClusterState state(boolean surroundings) {
    return read(surroundings).state();
  }
}
