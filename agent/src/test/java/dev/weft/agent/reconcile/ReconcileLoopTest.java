package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {
  private static final Pause LONG = new Pause(Duration.ofMinutes(10), Duration.ZERO);

  private final LinkedBlockingQueue<Set<String>> passes = new LinkedBlockingQueue<>();

  private Set<String> next() throws InterruptedException {
    var pass = passes.poll(5, TimeUnit.SECONDS);
    assertNotNull(pass, "no pass within five seconds");
    return pass == null ? Set.of() : pass;
  }

  @Test
  void firstPassComesByItselfAndABurstIsOne() throws InterruptedException {
    try (var loop =
        new ReconcileLoop(
            why -> {
              passes.add(why);
              return LONG;
            })) {
      loop.start();
      assertEquals(Set.of("timer"), next());
      for (int i = 0; i < 100; i++) {
        loop.wake(i % 2 == 0 ? "view" : "kernel");
      }
      assertEquals(Set.of("view", "kernel"), next());
      assertNull(passes.poll(200, TimeUnit.MILLISECONDS));
    }
  }

  @Test
  void gentleWakesWaitButOthersDoNot() throws InterruptedException {
    var pause = new Pause(Duration.ofMinutes(10), Duration.ofMinutes(5));
    try (var loop =
        new ReconcileLoop(
            why -> {
              passes.add(why);
              return pause;
            })) {
      loop.start();
      next();
      loop.wakeGently("kernel");
      assertNull(passes.poll(200, TimeUnit.MILLISECONDS));
      loop.wake("view");
      assertEquals(Set.of("kernel", "view"), next());
    }
  }

  @Test
  void defectDoesNotEndTheLoop() throws InterruptedException {
    try (var loop =
        new ReconcileLoop(
            why -> {
              passes.add(why);
              throw new IllegalStateException("a defect");
            })) {
      loop.start();
      next();
      loop.wake("again");
      assertEquals(Set.of("again"), next());
      assertTrue(loop.isAlive());
    }
  }
}
