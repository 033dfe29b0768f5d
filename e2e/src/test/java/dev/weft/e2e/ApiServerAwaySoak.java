package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The API server is away for ten minutes: packets flow on, and afterwards everything is as told.
 */
class ApiServerAwaySoak extends OnRealKubelets {
  private static final Duration AWAY = Duration.ofMinutes(10);
  private static final String KEY = "5bXXBFCd3mWNnuDqjYYR6zQOV3F1oUyo/Wc9OnpeUzQ=";

  ApiServerAwaySoak() {
    super("peered");
  }

  @Test
  void tenMinutesWithoutTheApiServerLoseNothing() throws InterruptedException {
    bed().assertAllReached(Duration.ofMinutes(1));
    bed().assertLeaked(0, "before");
    try (var traffic = bed().traffic(cluster().nodes(), (int) AWAY.toSeconds() + 400)) {
      traffic.during(
          "API server away for " + AWAY.toSeconds() + " s",
          () -> {
            cluster().stopApiServer();
            pause(AWAY);
            assertTrue(
                !cluster().kubectl().run("get", "--raw", "/readyz").ok(),
                "the API server was not away");
          });
      traffic.during(
          "it is back",
          () -> {
            cluster().startApiServer();
            bed().assertConverges("after", KEY);
          });
      traffic.endAndAssertNothingLost();
    }
    bed().assertLeaked(0, "after");
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
