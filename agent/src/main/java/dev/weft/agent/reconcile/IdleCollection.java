package dev.weft.agent.reconcile;

import java.time.Duration;

/**
 * Asks for a full collection where a burst has left the heap much larger than what is alive: it
 * shrinks in a full collection only, and the serial collector makes none before the heap's limit is
 * reached, which at rest is hours away. One thread.
 */
final class IdleCollection {
  private static final long SPACING_NANOS = Duration.ofSeconds(20).toNanos();
  private static final long TOLERATED_BYTES = 6L << 20;

  private long heapAfterLast;
  private long lastAt;

  /** To be called at rest; costs nothing where the heap hasn't grown. */
  void atRest() {
    long now = System.nanoTime();
    boolean first = heapAfterLast == 0;
    if (first || (isGrown() && now - lastAt > SPACING_NANOS)) {
      System.gc();
      heapAfterLast = Runtime.getRuntime().totalMemory();
      lastAt = now;
    }
  }

  private boolean isGrown() {
    return Runtime.getRuntime().totalMemory() > heapAfterLast + heapAfterLast / 4 + TOLERATED_BYTES;
  }
}
