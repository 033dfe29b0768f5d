package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Faults that are really there, and {@code kubectl weft diagnose} as root on a node: each is named,
 * and nothing besides, so that what is left of the one before would be seen, too.
 */
@ExtendWith(SharedLab.class)
class DiagnoseSharedSoak {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static Diagnosed diagnosed;
  private static FaultTable table;

  @BeforeAll
  static void healthyNodesHaveNoFaults() {
    SharedLab.assertWell();
    diagnosed = new Diagnosed(SharedLab.lab());
    table = new FaultTable(SharedLab.lab(), "home-1");
    for (var node : List.of("home-1", "gcp-1", "aws-2")) {
      diagnosed.assertNames(node, List.of());
    }
  }

  /** What left by the underlay while a rule came before Weft's is that rule's doing. */
  @AfterAll
  static void allIsWellAgain() {
    diagnosed.assertNames("home-1", List.of());
    SharedLab.lab().forgetCaptures();
    SharedLab.assertWell();
  }

  @Test
  void faultsOfTheHostAreNamed() {
    diagnosed.assertAllNamed(table.ofTheHost());
  }

  @Test
  void faultsOfObjectsAreNamed() {
    table.ofObjects().forEach(diagnosed::assertNamed);
    diagnosed.assertNamed(table.rightsTakenAway());
  }

  @Test
  void faultsOfTheNetworkAreNamed() {
    table
        .ofTheNetwork(
            "home",
            List.of(SharedLab.gateway("aws"), SharedLab.gateway("gcp")),
            SharedLab.gateway("gcp"))
        .forEach(diagnosed::assertNamed);
  }

  @Test
  void whatIsTakenFromANodeWhoseAgentIsAwayIsNamed() {
    new WithoutAgent(diagnosed, "home-1", false)
        .assertEachIsNamed(() -> assertBroken("agent", "home-1", "broken at home-1"));
  }

  @Test
  void whatLooksLikeAFaultIsNone() {
    try (var all = new LookAlikes(SharedLab.lab(), "home-1")) {
      diagnosed.assertNames(all.node(), List.of());
    }
  }

  @Test
  void explainStopsAtTheLinkThatIsBroken() {
    SharedLab.on("home-1", "sysctl -qw net.ipv4.ip_forward=0");
    assertBroken("firewall", "home-1", "sysctl -w net.ipv4.ip_forward=1");
    SharedLab.on("home-1", "sysctl -qw net.ipv4.ip_forward=1; ip link set eth0 mtu 1300");
    assertBroken("mtu", "home-1", "1300");
    SharedLab.on("home-1", "ip link set eth0 mtu 1500");
    SharedLab.lab().faults().narrow("home", 0);
    try {
      assertBroken("handshake", "", "open UDP");
    } finally {
      SharedLab.lab().faults().widen();
    }
    assertTrue(
        Wait.holds(LIMIT, () -> explain().contains("nothing is broken")),
        DiagnoseSharedSoak::explain);
  }

  private static void assertBroken(String stage, String where, String said) {
    assertTrue(
        Wait.holds(
            LIMIT,
            () -> {
              var text = explain();
              return text.lines().anyMatch(l -> l.matches("  ✗ " + stage + " +" + where + ".*"))
                  && text.contains(said);
            }),
        DiagnoseSharedSoak::explain);
  }

  private static String explain() {
    return SharedLab.lab()
        .weftOn(
            "home-1",
            "explain",
            SharedLab.pod("gcp-1").address(),
            SharedLab.pod("home-1").address())
        .out();
  }
}
