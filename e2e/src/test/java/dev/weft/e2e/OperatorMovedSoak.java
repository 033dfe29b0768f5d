package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The leading operator's node is drained: another leads, elsewhere, and no packet notices it. */
class OperatorMovedSoak extends OnRealKubelets {
  OperatorMovedSoak() {
    super("peered");
  }

  @Test
  void anotherOperatorLeadsAndNothingIsLost() throws InterruptedException {
    bed().assertAllReached(Duration.ofMinutes(1));
    for (var key :
        new String[] {
          "5bXXBFCd3mWNnuDqjYYR6zQOV3F1oUyo/Wc9OnpeUzQ=",
          "w3P4vhxi0ERFg0ZMELtHMVbYvbcTEnrgzvLsTkCCLEo="
        }) {
      var leader = bed().leader();
      var node =
          cluster().kubectl().get("pod", "-n", "weft-system", leader).at("/spec/nodeName").asText();
      handOver(node);
      try (var traffic = bed().traffic(cluster().nodes(), 300)) {
        traffic.during(
            "%s on %s is drained away".formatted(leader, node),
            () -> {
              cluster()
                  .kubectl()
                  .run(
                      Duration.ofMinutes(3), "drain", node, "--ignore-daemonsets", "--timeout=150s")
                  .orThrow();
              KubeletBed.await(
                  "another operator leads",
                  Duration.ofMinutes(1),
                  () -> !bed().leader().equals(leader));
              bed().assertConverges("after-" + node, key);
              cluster().rolledOut("weft-system", "deployment/weft-operator", Duration.ofMinutes(2));
              assertNotEquals(leader, bed().leader());
            });
        traffic.endAndAssertNothingLost();
      }
      cluster().kubectl().run("uncordon", node).orThrow();
      cluster().kubectl().run("annotate", "node", node, "weft.dev/drain-").orThrow();
    }
  }

  /**
   * A drain takes a gateway's role off its node, which costs packets where a location has one
   * gateway. What is asked here is whether the operator's move costs any, so the role goes first.
   */
  private void handOver(String node) {
    var location = node.substring(0, node.indexOf('-'));
    cluster().kubectl().run("annotate", "node", node, "weft.dev/drain=true").orThrow();
    KubeletBed.await(
        node + " is no gateway",
        Duration.ofMinutes(1),
        () -> !bed().gateway(location).equals(node));
    bed().assertAllReached(KubeletBed.BACK);
  }
}
