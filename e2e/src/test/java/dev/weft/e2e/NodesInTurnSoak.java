package dev.weft.e2e;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * Each node in turn is taken out of service as the documentation says, powered off for a while, and
 * comes back: between the others nothing is lost, whichever it is.
 */
class NodesInTurnSoak extends OnRealKubelets {
  private static final Duration OFF = Duration.ofSeconds(45);

  NodesInTurnSoak() {
    super("peered");
  }

  @Test
  void drainedPoweredOffAndBackEachNodeCostsTheOthersNothing() throws InterruptedException {
    bed().assertAllReached(Duration.ofMinutes(1));
    for (var node : cluster().nodes()) {
      handOver(node);
      var others = cluster().nodes().stream().filter(n -> !n.equals(node)).toList();
      try (var traffic = bed().traffic(others, 400)) {
        traffic.during("drain of " + node, () -> drain(node));
        traffic.during(
            node + " is off for " + OFF.toSeconds() + " s",
            () -> {
              cluster().powerOff(node);
              pause(OFF);
            });
        traffic.during("return of " + node, () -> comeBack(node));
        traffic.endAndAssertNothingLost();
      }
      kubectl("annotate", "node", node, "weft.dev/gateway-");
      bed().assertAllReached(KubeletBed.BACK);
    }
  }

  /** A gateway's role is given to another first: see docs/operations.md. */
  private void handOver(String node) {
    var location = node.substring(0, node.indexOf('-'));
    kubectl("annotate", "node", node, "weft.dev/gateway=false");
    KubeletBed.await(
        node + " is no gateway",
        Duration.ofMinutes(1),
        () -> !bed().gateway(location).equals(node));
    bed().assertAllReached(KubeletBed.BACK);
  }

  private void drain(String node) {
    cluster()
        .kubectl()
        .run(Duration.ofMinutes(3), "drain", node, "--ignore-daemonsets", "--timeout=150s")
        .orThrow();
  }

  private void comeBack(String node) {
    var before = Instant.now();
    cluster().powerOn(node);
    bed().awaitNode(node, before, KubeletBed.BACK);
    kubectl("uncordon", node);
    bed().assertAllReached(KubeletBed.BACK);
  }

  private void kubectl(String... args) {
    cluster().kubectl().run(args).orThrow();
  }

  /** Lets time pass: what is asked is whether anything happens in it. */
  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
