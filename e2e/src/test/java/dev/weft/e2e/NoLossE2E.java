package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Not one of 1000 packets a second is lost, each direction, between every pair of clouds. */
@ExtendWith(SharedLab.class)
class NoLossE2E {

  @Test
  void agentsAreKilledAndNothingIsLostNorMadeAnew() throws InterruptedException {
    SharedLab.assertWell();
    var before = identities();
    try (var traffic = new UnderTraffic(30)) {
      for (var node : List.of("gcp-1", "aws-1", "home-1")) {
        Thread.sleep(4_000);
        SharedLab.lab().faults().killAgent(node);
      }
      traffic.assertNothingLost();
    }
    SharedLab.assertWell();
    assertEquals(before, identities());
  }

  @Test
  void anUnrelatedNodeAndPeerComeAndGoAndNothingIsLost() throws InterruptedException {
    SharedLab.assertWell();
    var kubectl = SharedLab.lab().kubectl();
    try (var traffic = new UnderTraffic(20)) {
      Thread.sleep(2_000);
      kubectl.apply(
          """
          apiVersion: weft.dev/v1alpha1
          kind: Peer
          metadata: {name: unrelated}
          spec:
            publicKey: 5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=
            allowedIPs: [10.5.0.1/32]
          ---
          apiVersion: v1
          kind: Node
          metadata: {name: unrelated, labels: {topology.kubernetes.io/region: elsewhere}}
          spec: {podCIDR: 10.42.200.0/24, podCIDRs: [10.42.200.0/24]}
          """);
      Thread.sleep(8_000);
      kubectl.run("delete", "peer.weft.dev/unrelated", "node/unrelated").orThrow();
      traffic.assertNothingLost();
    } finally {
      kubectl.run("delete", "--ignore-not-found", "peer.weft.dev/unrelated", "node/unrelated");
    }
    SharedLab.assertWell();
  }

  /** Interface indexes, addresses and peers: all that would change if a device were made anew. */
  private static List<String> identities() {
    return List.of("aws-1", "gcp-1", "home-1").stream()
        .map(
            node ->
                SharedLab.on(
                    node,
                    "cat /sys/class/net/weft0/ifindex; ip -br addr show dev weft0;"
                        + " wg show weft0 public-key; wg show weft0 allowed-ips | sort"))
        .toList();
  }
}
