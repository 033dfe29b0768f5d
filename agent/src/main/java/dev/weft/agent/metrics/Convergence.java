package dev.weft.agent.metrics;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long a new view takes from the watch event that told of it into the kernel. Counts from the
 * first event that was not yet looked at; a change that comes while another is not yet applied
 * counts from the older.
 */
public final class Convergence {
  private static final long NONE = Long.MIN_VALUE;

  private final AtomicLong toldAt = new AtomicLong(NONE);
  private long openSince = NONE;

  /** The API server has told something; any thread. */
  public void told(long nanoTime) {
    toldAt.compareAndSet(NONE, nanoTime);
  }

  /**
   * A pass begins.
   *
   * @param news whether it acts on another view than the one that is applied
   */
  public void begin(boolean news, long nanoTime) {
    long told = toldAt.getAndSet(NONE);
    if (news && openSince == NONE) {
      openSince = told == NONE ? nanoTime : told;
    }
  }

  /**
   * A pass has ended with a kernel that is as the view wants it.
   *
   * @return nanoseconds since the change was told; empty: nothing was new
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
