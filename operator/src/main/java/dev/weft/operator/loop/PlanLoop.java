package dev.weft.operator.loop;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task whenever something changed: at once after a quiet time, and once per burst. During
 * a burst it waits for {@link #QUIET} without a change, but no longer than {@link #PATIENCE}.
 */
public final class PlanLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlanLoop.class);
  static final Duration FIRST = Duration.ofMillis(20);
  static final Duration QUIET = Duration.ofMillis(200);
  static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);
  private static final Duration STUCK = Duration.ofMinutes(2);

  private final Supplier<Duration> task;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition signal = lock.newCondition();
  private final Thread thread;
  private boolean dirty;
  private long lastChange;
  private long wakeAt = Long.MAX_VALUE;
  private long lastEnd = System.nanoTime() - PATIENCE.toNanos();
  private volatile boolean closed;
  private volatile boolean running;
  private volatile long progressAt;

  /**
   * A loop that does nothing until {@link #start()}.
   *
   * @param task does all the work; gives the time after which it wants to run again even if nothing
   *     changes. One that throws is run again after 5 s
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

  /** Tells that the task that runs has come forward: a long one isn't a stuck one. */
  public void progress() {
    progressAt = System.nanoTime();
  }

  /** Whether the thread lives and its task isn't stuck. */
  public boolean isHealthy() {
    return thread.isAlive() && (!running || System.nanoTime() - progressAt < STUCK.toNanos());
  }

  private void run() {
    try {
      while (!closed) {
        awaitWork();
        if (closed) {
          return;
        }
        progress();
        running = true;
        var next = runTask();
        running = false;
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

  private Duration runTask() {
    try {
      return task.get();
    } catch (RuntimeException | Error e) {
      // Whatever one object made the code throw, a StackOverflowError too, must not end the loop.
      LOG.error("a plan failed; trying again in {} s", AFTER_A_FAULT.toSeconds(), e);
      return AFTER_A_FAULT;
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

  /** Asks the loop to end after the task that runs. */
  @Override
  public void close() {
    closed = true;
    changed();
  }

  /** Whether it has ended, waiting for it that long. */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    return !thread.isAlive() || thread.join(patience);
  }
}
