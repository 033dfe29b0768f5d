package dev.weft.agent.reconcile;

import java.time.Duration;

/** How long to rest, depending on how it went. */
final class Backoff {
  private static final Duration FULL_CHECK = Duration.ofSeconds(10);
  private static final Duration SPACING = Duration.ofMillis(150);
  private static final int LAST = 5;

  private int failures;

  void succeeded() {
    failures = 0;
  }

  void failed() {
    failures = Math.min(failures + 1, LAST);
  }

  /** 1, 2, 4, 8, 10 s after failures in a row; kernel events wait for at most 2 s of it. */
  Pause pause(boolean clean, Duration untilExpiry) {
    if (clean) {
      return new Pause(min(FULL_CHECK, untilExpiry), SPACING);
    }
    var wait = min(FULL_CHECK, Duration.ofSeconds(1L << Math.max(0, failures - 1)));
    return new Pause(min(wait, untilExpiry), min(wait, Duration.ofSeconds(2)));
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
