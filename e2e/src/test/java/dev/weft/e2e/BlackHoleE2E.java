package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Home's provider lets large packets vanish, and says nothing. */
@ExtendWith(SharedLab.class)
class BlackHoleE2E {
  /** Payload of an echo request that a tunnel of 1420 bytes carries and the narrow path doesn't. */
  private static final int LARGE = 1350;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @AfterEach
  void everythingPassesAgain() {
    SharedLab.lab().faults().widen();
    // Who starts anew takes the path for whole; otherwise that takes five minutes.
    for (var node : SharedLab.lab().inventory().nodes()) {
      SharedLab.lab().faults().killAgent(node.name());
    }
    SharedLab.assertWell();
    assertTrue(
        Wait.holds(
            LIMIT, () -> !SharedLab.on("home-1", "ip route show table 7050").contains("mtu")),
        () -> SharedLab.on("home-1", "ip route show table 7050"));
  }

  @Test
  void aBlackHoleIsFoundHealedAndTold() {
    SharedLab.assertWell();
    assertTrue(Wait.holds(LIMIT, () -> passes("home-1", "aws-1")), "before anything is broken");
    SharedLab.lab().faults().narrow("home", 1300);
    assertFalse(passes("home-1", "aws-1"), "the path is not narrow");
    SharedLab.timeUntil("black hole healed, from home", LIMIT, () -> passes("home-1", "aws-1"));
    SharedLab.timeUntil("black hole healed, towards home", LIMIT, () -> passes("aws-1", "home-1"));
    SharedLab.timeUntil(
        "black hole told by the NodeReport",
        LIMIT,
        () -> condition().contains("\"BlackHole\"") && condition().contains("aws-1"));
    assertTrue(
        SharedLab.on("home-1", "ip route show table 7050").contains("mtu 12"),
        () -> SharedLab.on("home-1", "ip route show table 7050"));
  }

  /** Without DF: who forwards into the tunnel may fragment, once it knows what fits. */
  private static boolean passes(String from, String to) {
    var target = SharedLab.pod(to).address();
    return Shell.run(
            SharedLab.lab().pod(new PodName(from, "a")),
            "ping",
            "-M",
            "dont",
            "-s",
            String.valueOf(LARGE),
            "-c",
            "2",
            "-i",
            "0.2",
            "-W",
            "1",
            target)
        .ok();
  }

  private static String condition() {
    for (var condition : SharedLab.lab().kubectl().get("wgr", "home-1").at("/spec/conditions")) {
      if (condition.path("type").asText().equals("PathMTU")) {
        return condition.toString();
      }
    }
    return "";
  }
}
