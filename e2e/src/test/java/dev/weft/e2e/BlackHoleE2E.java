package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import dev.weft.mesh.net.Family;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Home's provider lets large packets vanish, and says nothing. */
@ExtendWith(SharedLab.class)
class BlackHoleE2E {
  /** Payload of an echo request that a tunnel of 1420 bytes carries and the narrow path doesn't. */
  private static final int LARGE = 1350;

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Leaves the cluster by gcp, through home's own tunnel. */
  private static final PodName SPEAKERS = new PodName("home-1", "b");

  @BeforeEach
  void podsThatLeaveByAnExit() {
    SharedLab.lab().announce(SPEAKERS, "default", Map.of("leave", "gcp"));
    SharedLab.lab().announce(members(), "default", Map.of("leave", "home"));
    SharedLab.patch(
        SharedLab.lab(),
        """
        {"egress": [
          {"name": "gcp", "location": "gcp", "podSelector": {"matchLabels": {"leave": "gcp"}}},
          {"name": "home", "location": "home", "podSelector": {"matchLabels": {"leave": "home"}}}]}""");
  }

  @AfterEach
  void everythingPassesAgain() {
    SharedLab.patch(SharedLab.lab(), "{\"egress\":null}");
    SharedLab.lab()
        .kubectl()
        .run("delete", "pods", "--all", "--namespace=default", "--force")
        .orThrow();
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
    assertTrue(Wait.holds(LIMIT, () -> leaves(SPEAKERS) && leaves(members())), "by their exits");
    SharedLab.lab().faults().narrow("home", 1300);
    assertFalse(passes("home-1", "aws-1"), "the path is not narrow");
    assertFalse(leaves(SPEAKERS), "the way to the exit is not narrow");
    SharedLab.timeUntil("black hole healed, from home", LIMIT, () -> passes("home-1", "aws-1"));
    SharedLab.timeUntil("black hole healed, towards home", LIMIT, () -> passes("aws-1", "home-1"));
    SharedLab.timeUntil("black hole healed, to an exit", LIMIT, () -> leaves(SPEAKERS));
    SharedLab.timeUntil(
        "black hole healed, from a member to an exit", LIMIT, () -> leaves(members()));
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

  /** A pod of aws's member, which has no tunnel of its own: it leaves by home's. */
  private static PodName members() {
    return new PodName(SharedLab.gateway("aws").equals("aws-1") ? "aws-2" : "aws-1", "b");
  }

  /** Whether a request that fills several packets gets out, and by the exit. */
  private static boolean leaves(PodName pod) {
    var exit = pod.equals(SPEAKERS) ? SharedLab.exitAddress("gcp") : "203.0.113.2";
    var answer =
        Shell.script(
            SharedLab.lab().pod(pod),
            "curl -s --max-time 3 -H \"X-Fill: $(printf %%4000d 0)\" http://%s/"
                .formatted(SharedLab.lab().webServer(Family.IPV4)));
    return answer.out().contains("\"" + exit + "\"");
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
