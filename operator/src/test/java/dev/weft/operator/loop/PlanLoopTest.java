package dev.weft.operator.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
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
}
