package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Not one of 1000 packets a second is lost, between every pair of clouds. */
@ExtendWith(SharedLab.class)
class NoLossE2E {
  /** Seconds: more than what is done under traffic takes on a busy machine. */
  private static final int LONGEST = 180;

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

  /**
   * Traffic that nobody answers is what a wrong order of changes harms most: nothing but the sender
   * could bring a session back.
   */
  @ParameterizedTest
  @EnumSource
  void objectsChangeAndTheControlPlaneIsAwayAndNothingIsLost(UnderTraffic.Flows flows)
      throws InterruptedException {
    SharedLab.assertWell();
    try (var traffic = new UnderTraffic(flows, LONGEST)) {
      for (var disturbance : new Disturbances(SharedLab.lab()).brief(2)) {
        traffic.during(flows + ": " + disturbance.name(), disturbance.run());
      }
      traffic.endAndAssertNothingLost();
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
