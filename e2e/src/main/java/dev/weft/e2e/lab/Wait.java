package dev.weft.e2e.lab;

import dev.weft.e2e.exec.Patience;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waiting for what other processes do; limits are those of an ordinary machine. */
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
    return look(limit, done::getAsBoolean, is -> is);
  }

  /** Looks again and again until what is seen is good or time is over; returns the last look. */
  public static <T> T look(Duration limit, Supplier<T> look, Predicate<T> good) {
    return look(limit, STEP, look, good);
  }

  /** The same, with that pause between looks. */
  public static <T> T look(Duration limit, Duration pause, Supplier<T> look, Predicate<T> good) {
    long end = System.nanoTime() + Patience.with(limit).toNanos();
    while (true) {
      var seen = look.get();
      if (good.test(seen) || System.nanoTime() > end) {
        return seen;
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }
}
