package dev.weft.operator.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes of objects that do not depend on each other, some at a time: over a network a write mostly
 * waits for the API server's answer. So few that one operator uses a small part of what API
 * Priority and Fairness gives a controller. On a machine that runs both, where both are short of
 * processors, it gains nothing ({@code PublishingSoak}).
 */
final class ParallelWrites implements AutoCloseable {
  /** How many requests are on their way at once. */
  static final int AT_A_TIME = 8;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          AT_A_TIME, Thread.ofPlatform().daemon().name("write-", 1).factory());

  /**
   * Runs all, and returns when each has ended.
   *
   * @throws RuntimeException the first that a write threw, such as {@link Fence.NotLeading}; the
   *     others have ended by then
   */
  void run(List<Runnable> writes) {
    if (writes.size() == 1) {
      writes.getFirst().run();
      return;
    }
    var started = new ArrayList<Future<?>>(writes.size());
    writes.forEach(write -> started.add(threads.submit(write)));
    var thrown = new ArrayList<Throwable>();
    for (var one : started) {
      try {
        one.get();
      } catch (ExecutionException e) {
        thrown.add(e.getCause());
      } catch (InterruptedException e) {
        started.forEach(waiting -> waiting.cancel(false));
        Thread.currentThread().interrupt();
        return;
      }
    }
    for (var cause : thrown) {
      switch (cause) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(cause);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
