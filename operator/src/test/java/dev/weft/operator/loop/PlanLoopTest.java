package dev.weft.operator.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PlanLoopTest {
  private final AtomicInteger runs = new AtomicInteger();
  private final Semaphore ran = new Semaphore(0);

  private PlanLoop loop(Duration next) {
    var loop =
        new PlanLoop(
            () -> {
              runs.incrementAndGet();
              ran.release();
              return next;
            });
    loop.start();
    return loop;
  }

  @Test
  void aFirstChangeIsTakenUpAtOnce() throws InterruptedException {
    try (var loop = loop(Duration.ofDays(1))) {
      var start = System.nanoTime();
      loop.changed();
      assertTrue(ran.tryAcquire(5, TimeUnit.SECONDS));
      assertTrue(System.nanoTime() - start < Duration.ofMillis(190).toNanos());
    }
  }

  @Test
  void aBurstOfAThousandIsAHandful() throws InterruptedException {
    try (var loop = loop(Duration.ofDays(1))) {
      for (var i = 0; i < 1000; i++) {
        loop.changed();
        TimeUnit.MICROSECONDS.sleep(1500);
      }
      TimeUnit.MILLISECONDS.sleep(1200);
      assertTrue(runs.get() >= 2 && runs.get() <= 6, "runs: " + runs);
    }
  }

  @Test
  void timePassingWakesIt() throws InterruptedException {
    try (var loop = loop(Duration.ofMillis(50))) {
      loop.changed();
      assertTrue(ran.tryAcquire(3, 5, TimeUnit.SECONDS));
    }
  }

  @Test
  void nothingRunsUnasked() throws InterruptedException {
    try (var loop = loop(Duration.ofDays(1))) {
      TimeUnit.MILLISECONDS.sleep(300);
      assertTrue(loop.isHealthy());
      assertEquals(0, runs.get());
    }
  }

  @Test
  void anErrorDoesNotEndTheLoop() throws InterruptedException {
    try (var loop =
        new PlanLoop(
            () -> {
              runs.incrementAndGet();
              ran.release();
              throw new StackOverflowError();
            })) {
      loop.start();
      loop.changed();
      assertTrue(ran.tryAcquire(5, TimeUnit.SECONDS));
      loop.changed();
      assertTrue(ran.tryAcquire(5, TimeUnit.SECONDS), "not run again");
      assertTrue(loop.isHealthy());
    }
  }

  @Test
  void theEndIsThatOfTheTaskThatRuns() throws InterruptedException {
    var release = new CountDownLatch(1);
    var loop =
        new PlanLoop(
            () -> {
              ran.release();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return Duration.ofDays(1);
            });
    loop.start();
    loop.changed();
    assertTrue(ran.tryAcquire(5, TimeUnit.SECONDS));
    loop.close();
    assertFalse(loop.awaitEnd(Duration.ofMillis(100)), "it still writes");
    release.countDown();
    assertTrue(loop.awaitEnd(Duration.ofSeconds(5)));
  }
}
