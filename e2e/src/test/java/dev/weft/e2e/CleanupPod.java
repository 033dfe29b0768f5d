package dev.weft.e2e;

import dev.weft.e2e.cluster.RealCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;

/** The pod of {@code deploy/cleanup} on a node that has no agent any more. */
final class CleanupPod {
  private CleanupPod() {}

  /** Takes the DaemonSet away, and of its pods the node's alone; gives the agents' image. */
  static String endAgent(RealCluster cluster, String node) {
    var kubectl = cluster.kubectl();
    var image =
        kubectl
            .get("daemonset", "-n", "weft-agents", "weft-agent")
            .at("/spec/template/spec/containers/0/image")
            .asText();
    kubectl
        .run("delete", "daemonset", "-n", "weft-agents", "weft-agent", "--cascade=orphan")
        .orThrow();
    kubectl
        .run(
            Duration.ofMinutes(2),
            "delete",
            "pod",
            "-n",
            "weft-agents",
            "-l",
            "app.kubernetes.io/component=agent",
            "--field-selector",
            "spec.nodeName=" + node)
        .orThrow();
    return image;
  }

  /** Runs it as its first lines say, until it has ended well. */
  static void run(RealCluster cluster, String node, String image) {
    try {
      var file = Files.createTempFile("weft-cleanup", ".yaml");
      try {
        var manifest = SharedLab.REPOSITORY.resolve("deploy/cleanup/weft-cleanup.yaml");
        Files.writeString(
            file,
            Files.readString(manifest)
                .replace("docker.io/weft/agent:VERSION", image)
                .replace("NODE", node));
        cluster.kubectl().run("apply", "-f", file.toString()).orThrow();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cluster
        .kubectl()
        .run(
            Duration.ofMinutes(3),
            "wait",
            "pod",
            "-n",
            "kube-system",
            "weft-cleanup-" + node,
            "--for=jsonpath={.status.phase}=Succeeded",
            "--timeout=2m")
        .orThrow();
  }
}
