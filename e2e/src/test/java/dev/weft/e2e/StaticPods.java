package dev.weft.e2e;

import dev.weft.e2e.cluster.RealCluster;
import dev.weft.e2e.exec.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The static pods of {@code deploy/boot} on a node, which bring its tunnels up at boot. Kubelet's
 * folder for them is on the node's disk.
 */
final class StaticPods {
  private static final List<String> FILES =
      List.of("weft-restore.yaml", "weft-restore-userspace.yaml");

  private StaticPods() {}

  /** Puts them there, with the values that docs/operations.md asks for. */
  static void place(RealCluster cluster, String node) {
    var image =
        cluster
            .kubectl()
            .get("daemonset", "-n", "weft-agents", "weft-agent")
            .at("/spec/template/spec/containers/0/image")
            .asText();
    for (var file : FILES) {
      try {
        var text =
            Files.readString(SharedLab.REPOSITORY.resolve("deploy/boot").resolve(file))
                .replace("docker.io/weft/agent:VERSION", image)
                .replace("value: NODE}", "value: %s}".formatted(node))
                .replace("value: API-SERVER}", "value: %s}".formatted(cluster.address("east-1")));
        Shell.run(
                cluster.machine(node),
                Shell.LIMIT,
                text,
                List.of("tee", "/etc/kubernetes/manifests/" + file))
            .orThrow();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Removes them; kubelet ends their containers. */
  static void remove(RealCluster cluster, String node) {
    for (var file : FILES) {
      Shell.run(cluster.machine(node), "rm", "/etc/kubernetes/manifests/" + file).orThrow();
    }
  }
}
