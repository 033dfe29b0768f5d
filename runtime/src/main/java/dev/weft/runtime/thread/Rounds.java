package dev.weft.runtime.thread;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rounds of one background thread. The thread tells of each; any thread asks. */
public final class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final String name;
  private final long patienceNanos;
  private final LongSupplier clock;
  private final AtomicLong failures = new AtomicLong();
  private volatile long roundAt;
  private volatile boolean failing;
  private volatile boolean ended;
  private volatile boolean idle;

  Rounds(String name, Duration patience, LongSupplier clock) {
    this.name = name;
    this.patienceNanos = patience.toNanos();
    this.clock = clock;
    this.roundAt = clock.getAsLong();
  }

  /** A round begins, of a thread that has none while it has nothing to do. */
  public void begun() {
    roundAt = clock.getAsLong();
    idle = false;
  }

  /** The thread has nothing to do until {@link #begun()}. */
  public void idle() {
    idle = true;
  }

  /** A round is over. */
  public void done() {
    failing = false;
    roundAt = clock.getAsLong();
  }

  /** A round ended with a defect, and the thread goes on; the first in a row is logged in full. */
  public void failed(Throwable defect) {
    failures.incrementAndGet();
    if (!failing) {
      LOG.error("thread {} failed in one round and goes on", name, defect);
    }
    failing = true;
    roundAt = clock.getAsLong();
  }

  /** The thread ends because it was asked to. */
  public void ended() {
    ended = true;
  }

  String name() {
    return name;
  }

  long failures() {
    return failures.get();
  }

  boolean isStalled() {
    return !ended && !idle && clock.getAsLong() - roundAt > patienceNanos;
  }

  boolean isTroubled() {
    return isStalled() || (failing && !ended);
  }
}
