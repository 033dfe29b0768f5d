package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.weft.e2e.cluster.RealCluster;
import java.util.ArrayList;
import java.util.List;

/** What Weft's pods have logged since they were started, and kubelet's warnings of them. */
final class WeftLogs {
  /**
   * What kubelet says of any volume of a pod, also of those that it adds itself, whose ConfigMap
   * its own watch has not delivered within a second or so; it tries again.
   */
  private static final String UNTIL_IT_WATCHES =
      "failed to sync configmap cache: timed out waiting for the condition";

  private WeftLogs() {}

  /**
   * Fails with the lines that would worry an administrator: warnings and errors of agents and
   * operators, whatever wireguard-go says, which is silent when all is well, and Events such as
   * those of probes that failed.
   */
  static void assertNothingWorrying(RealCluster cluster) {
    var worrying = new ArrayList<String>();
    for (var namespace : List.of("weft-agents", "weft-system")) {
      var pods = cluster.kubectl().get("pods", "-n", namespace).path("items");
      assertNotEquals(0, pods.size(), () -> "no pod is in " + namespace);
      for (var pod : pods) {
        var name = pod.at("/metadata/name").asText();
        var log = cluster.kubectl().run("logs", "-n", namespace, name).orThrow();
        assertNotEquals("", log, () -> name + " has logged nothing");
        log.lines()
            .filter(line -> worries(name, line))
            .forEach(line -> worrying.add(name + ": " + line));
      }
      for (var event :
          cluster
              .kubectl()
              .get("events", "-n", namespace, "--field-selector", "type=Warning")
              .path("items")) {
        if (event.path("message").asText().endsWith(UNTIL_IT_WATCHES)) {
          continue;
        }
        worrying.add(
            "Event of %s: %s: %s"
                .formatted(
                    event.at("/involvedObject/name").asText(),
                    event.path("reason").asText(),
                    event.path("message").asText()));
      }
    }
    assertEquals(List.of(), worrying, () -> String.join("\n", worrying));
  }

  private static boolean worries(String pod, String line) {
    return pod.startsWith("weft-userspace-")
        ? !line.startsWith("wireguard-runner: starting ")
        : !line.matches("\\S+ (INFO|DEBUG) .*");
  }
}
