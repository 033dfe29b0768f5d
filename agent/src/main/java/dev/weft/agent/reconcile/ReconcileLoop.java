package dev.weft.agent.reconcile;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one pass after another on one thread: when woken, after a short pause that gathers a burst;
 * and without being woken, when the last pass asked for it.
 */
public final class ReconcileLoop implements AutoCloseable {
  /** What the loop runs. */
  @FunctionalInterface
  public interface Pass {
    /**
     * One pass.
     *
     * @param reasons why, for the log
     * @return how long to rest
     */
    Pause run(Set<String> reasons);

    /**
     * A pass ended with a defect.
     *
     * @param inARow how many have by now, without a good one between
     */
    default void failed(Throwable defect, int inARow) {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
  private static final long DEBOUNCE_NANOS = Duration.ofMillis(50).toNanos();
  private static final long STUCK_NANOS = Duration.ofSeconds(60).toNanos();
  private static final int MOST_FAILURES = 3;

  private final Pass pass;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private final Set<String> reasons = new LinkedHashSet<>();
  private final Thread thread;
  private boolean urgent;
  private volatile boolean closed;
  private volatile long lastGoodPassAt = System.nanoTime();
  private volatile int failures;

  public ReconcileLoop(Pass pass) {
    this.pass = pass;
    this.thread = Thread.ofPlatform().name("reconcile").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Asks for a pass soon; from any thread. */
  public void wake(String reason) {
    wake(reason, true);
  }

  /** Asks for a pass that the last one may have put off. */
  public void wakeGently(String reason) {
    wake(reason, false);
  }

  private void wake(String reason, boolean atOnce) {
    lock.lock();
    try {
      reasons.add(reason);
      urgent |= atOnce;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the node does its work: a pass ended well less than a minute ago, and fewer than
   * {@value #MOST_FAILURES} have failed since.
   */
  public boolean isAlive() {
    return failures < MOST_FAILURES && System.nanoTime() - lastGoodPassAt < STUCK_NANOS;
  }

  /** How many passes in a row have failed by now. */
  public int failures() {
    return failures;
  }

  private void run() {
    var pause = new Pause(Duration.ZERO, Duration.ZERO);
    while (!closed) {
      try {
        var why = rest(pause);
        if (!closed) {
          pause = pass.run(why);
          failures = 0;
          lastGoodPassAt = System.nanoTime();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        // A defect must not end the agent: the kernel stays as it is, and the next pass tries
        // again. But it doesn't count as a pass, or a node that does nothing would look well.
        int inARow = failures + 1;
        failures = inARow;
        tell(e, inARow);
        pause = new Pause(Duration.ofSeconds(5), Duration.ofSeconds(1));
      }
    }
  }

  private void tell(Throwable defect, int inARow) {
    try {
      LOG.error("a pass failed, {} in a row", inARow, defect);
      pass.failed(defect, inARow);
    } catch (RuntimeException | Error e) {
      LOG.error("the failed pass could not be reported", e);
    }
  }

  private Set<String> rest(Pause pause) throws InterruptedException {
    lock.lock();
    try {
      long start = System.nanoTime();
      long latest = start + pause.latest().toNanos();
      long earliest = start + pause.earliest().toNanos();
      while (!isDue(System.nanoTime(), latest, earliest)) {
        long until = reasons.isEmpty() ? latest : Math.min(latest, earliest);
        var ignored = woken.awaitNanos(Math.max(1, until - System.nanoTime()));
      }
      gatherBurst();
      var why = reasons.isEmpty() ? Set.of("timer") : Set.copyOf(reasons);
      reasons.clear();
      urgent = false;
      return why;
    } finally {
      lock.unlock();
    }
  }

  private boolean isDue(long now, long latest, long earliest) {
    return closed || now - latest >= 0 || (!reasons.isEmpty() && (urgent || now - earliest >= 0));
  }

  private void gatherBurst() throws InterruptedException {
    long ends = System.nanoTime() + DEBOUNCE_NANOS;
    while (!reasons.isEmpty() && !closed && ends - System.nanoTime() > 0) {
      var ignored = woken.awaitNanos(ends - System.nanoTime());
    }
  }

  /** Stops after the pass that is running; waits for it briefly. */
  @Override
  public void close() {
    closed = true;
    wake("stop");
    try {
      var ignored = thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
