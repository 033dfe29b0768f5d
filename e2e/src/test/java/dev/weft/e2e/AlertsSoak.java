package dev.weft.e2e;

import dev.weft.e2e.monitoring.AlertRules;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The alerts that take minutes, or plans that nothing quick is mixed with. As in {@link
 * ProvokedAlertsSoak} the rules are those that ship, thresholds included, but that they wait
 * shorter.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertsSoak {
  /** What is provoked here alone. */
  static final Set<String> PROVOKED = Set.of("WeftHandshakeStale", "WeftPlanSlow");

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String KEY = "9n1hIfN8cZy5kH3SIL0LNB2a0xTGhAAXWFk1zEkYKno=";

  @SuppressWarnings("NullAway.Init") // JUnit calls startPrometheus() first
  private static FiringAlerts alerts;

  @BeforeAll
  static void startPrometheus() {
    alerts = new FiringAlerts(EyesE2E.startPrometheus(AlertRules.read(EyesE2E.RULES)));
  }

  @AfterAll
  static void stopPrometheus() {
    SharedLab.lab().awaitReady(LIMIT);
    EyesE2E.stopPrometheus();
  }

  /**
   * An API server that is told late: it still tells the operator what changes, but nothing of what
   * the operator says arrives until TCP says it again, the fifth time after 6.2 s.
   */
  @Test
  @Order(1)
  void plansThatWaitForTheApiServerAreTold() throws InterruptedException {
    for (int i = 0; i < 4; i++) {
      onControlPlane(
          """
          nft 'add table inet late
            add chain inet late out { type filter hook output priority 0; }
            add rule inet late out meta skuid 65532 tcp dport 6443 drop'
          """);
      try {
        SharedLab.peer("late", KEY, "allowedIPs: [10.6.%d.0/24]".formatted(i)).orThrow();
        Thread.sleep(5_000);
      } finally {
        onControlPlane("nft delete table inet late");
      }
      Thread.sleep(3_000);
    }
    alerts.await(LIMIT, "WeftPlanSlow");
    SharedLab.lab().kubectl().run("delete", "wgp", "late").orThrow();
  }

  @Test
  @Order(2)
  void aTunnelOutOfUseForMinutesIsTold() {
    var faults = SharedLab.lab().faults();
    faults.cut("home");
    try {
      alerts.await(LIMIT, "WeftHandshakeStale aws-1 home-1", "WeftHandshakeStale gcp-1 home-1");
    } finally {
      faults.mend("home");
    }
    // What is told of slow plans has ended meanwhile, too.
    alerts.awaitNoneBut(LIMIT, Set.of());
    SharedLab.assertWell();
  }

  private static void onControlPlane(String script) {
    SharedLab.on("control-plane", script);
  }
}
