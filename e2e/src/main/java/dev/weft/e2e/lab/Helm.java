package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * helm with the administrator's rights, in the control plane's network and with the host's files;
 * what it caches stays in the lab's folder, for all labs' API servers have the same address.
 */
public final class Helm {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Place place;
  private final Path binary;
  private final Path root;

  /**
   * helm from that place.
   *
   * @param root of the lab; its file {@code kubeconfig} is the administrator's
   */
  public Helm(Place place, Path binary, Path root) {
    this.place = place;
    this.binary = binary;
    this.root = root;
  }

  /** The binary of this machine; fetched where there is none. */
  public static Path binary(Path repository) {
    var script = repository.resolve("e2e/tools/kubernetes-clients.sh").toString();
    var output = Shell.run(Place.HOST, Duration.ofMinutes(10), "", List.of(script, "helm"));
    return Path.of(output.orThrow().strip());
  }

  /** Runs it and returns what it said, whatever its exit code. */
  public Output run(String... args) {
    return Shell.run(place, LIMIT, "", command(Arrays.asList(args)));
  }

  /** Runs it with this process's own terminal and returns its exit code. */
  public int attached(List<String> args) {
    return Shell.attached(place, command(args));
  }

  private List<String> command(List<String> args) {
    var cache = root.resolve("helm");
    var all =
        new ArrayList<>(
            List.of(
                "env",
                "HELM_CACHE_HOME=" + cache.resolve("cache"),
                "HELM_CONFIG_HOME=" + cache.resolve("config"),
                "HELM_DATA_HOME=" + cache.resolve("data"),
                "KUBECACHEDIR=" + cache.resolve("discovery"),
                binary.toString(),
                "--kubeconfig=" + root.resolve("kubeconfig")));
    all.addAll(args);
    return all;
  }
}
