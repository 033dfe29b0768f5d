package dev.weft.operator.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs one task whenever something changed: at once after a quiet time, and once per burst. During
 * a burst it waits for {@link #QUIET} without a change, but no longer than {@link #PATIENCE}.
 */
public final class PlanLoop implements AutoCloseable {
  static final Duration FIRST = Duration.ofMillis(20);
  static final Duration QUIET = Duration.ofMillis(200);
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Supplier<Duration> task;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition signal = lock.newCondition();
  private final Thread thread;
  private boolean dirty;
  private long lastChange;
  private long wakeAt = Long.MAX_VALUE;
  private long lastEnd = System.nanoTime() - PATIENCE.toNanos();
  private volatile boolean closed;
  private volatile long runningSince;

  /**
   * A loop that does nothing until {@link #start()}.
   *
   * @param task does all the work; gives the time after which it wants to run again even if nothing
   *     changes; must not throw
   */
  public PlanLoop(Supplier<Duration> task) {
    this.task = task;
    this.thread = Thread.ofPlatform().name("weft-plan").daemon(true).unstarted(this::run);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Tells that something changed. Cheap; any thread. */
  public void changed() {
    lock.lock();
    try {
      dirty = true;
      lastChange = System.nanoTime();
      signal.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the thread lives and its task isn't stuck. */
  public boolean isHealthy() {
    var since = runningSince;
    return thread.isAlive()
        && (since == 0 || System.nanoTime() - since < TimeUnit.SECONDS.toNanos(120));
  }

  private void run() {
    try {
      while (!closed) {
        awaitWork();
        if (closed) {
          return;
        }
        runningSince = System.nanoTime();
        var next = task.get();
        runningSince = 0;
        lock.lock();
        try {
          lastEnd = System.nanoTime();
          wakeAt = lastEnd + next.toNanos();
        } finally {
          lock.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitWork() throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !dirty && System.nanoTime() < wakeAt) {
        signal.awaitNanos(Math.max(1, wakeAt - System.nanoTime()));
      }
      var first = System.nanoTime();
      var quiet = first - lastEnd > PATIENCE.toNanos() ? FIRST : QUIET;
      while (!closed && dirty) {
        var now = System.nanoTime();
        var until = Math.min(lastChange + quiet.toNanos(), first + PATIENCE.toNanos());
        if (now >= until) {
          break;
        }
        signal.awaitNanos(until - now);
      }
      dirty = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    changed();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
