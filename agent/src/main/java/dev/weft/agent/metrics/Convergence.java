package dev.weft.agent.metrics;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a new view takes from its watch event into the kernel. Counts from the first event that
 * was not yet looked at; a change that comes while another is not yet applied counts from the
 * older.
 */
public final class Convergence {
  private static final long NONE = Long.MIN_VALUE;

  private final AtomicLong changedAt = new AtomicLong(NONE);
  private long openSince = NONE;

  /** A watch event has come; any thread. */
  public void changed(long nanoTime) {
    changedAt.compareAndSet(NONE, nanoTime);
  }

  /**
   * A pass begins.
   *
   * @param news whether it acts on another view than the one that is applied
   */
  public void begin(boolean news, long nanoTime) {
    long changed = changedAt.getAndSet(NONE);
    if (news && openSince == NONE) {
      openSince = changed == NONE ? nanoTime : changed;
    }
  }

  /**
   * A pass has ended with a kernel that is as the view wants it.
   *
   * @return nanoseconds since the watch event; empty: nothing was new
   */
  public OptionalLong applied(long nanoTime) {
    if (openSince == NONE) {
      return OptionalLong.empty();
    }
    var taken = OptionalLong.of(nanoTime - openSince);
    openSince = NONE;
    return taken;
  }
}
