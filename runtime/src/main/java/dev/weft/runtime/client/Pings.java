package dev.weft.runtime.client;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** When watches are pinged, on one thread for all of them. */
final class Pings {
  private static final Duration PAUSE = Duration.ofSeconds(7);

  private final Duration pause;
  private final Runnable lost;
  private final ScheduledThreadPoolExecutor thread;

  /**
   * Pings with a pause that leaves 30 s at most until silence is known.
   *
   * @param lost called when a connection was given up
   */
  Pings(Runnable lost) {
    this(lost, PAUSE);
  }

  Pings(Runnable lost, Duration pause) {
    this.pause = pause;
    this.lost = lost;
    this.thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("watch-pings").factory());
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Runs it after each pause until it is cancelled. */
  ScheduledFuture<?> every(Runnable ping) {
    return thread.scheduleWithFixedDelay(
        ping, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** How long a WebSocket's handshake may take. */
  Duration answerTimeout() {
    return pause.plus(pause.dividedBy(2));
  }

  /** Runs it once. */
  ScheduledFuture<?> after(Duration delay, Runnable task) {
    return thread.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  void lost() {
    lost.run();
  }
}
