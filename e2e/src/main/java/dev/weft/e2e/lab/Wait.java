package dev.weft.e2e.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what other processes do. */
public final class Wait {
  private static final Duration STEP = Duration.ofMillis(50);

  private Wait() {}

  /** Waits until {@code done}, and fails after that many seconds, saying what it waited for. */
  public static void until(String what, int seconds, BooleanSupplier done) {
    if (!holds(Duration.ofSeconds(seconds), done)) {
      throw new IllegalStateException("%s: not within %d s".formatted(what, seconds));
    }
  }

  /** Waits until {@code done}; false if that didn't come in time. */
  public static boolean holds(Duration limit, BooleanSupplier done) {
    long end = System.nanoTime() + limit.toNanos();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(STEP);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    return true;
  }
}
