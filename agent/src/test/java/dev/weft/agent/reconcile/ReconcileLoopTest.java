package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

  private final LinkedBlockingQueue<Integer> failed = new LinkedBlockingQueue<>();

  /** Fails while told to. */
  private final class Failing implements ReconcileLoop.Pass {
    private volatile boolean defect = true;

    @Override
    public Pause run(Set<String> why) {
      passes.add(why);
      if (defect) {
        throw new StackOverflowError();
      }
      return LONG;
    }

    @Override
    public void failed(Throwable thrown, int inARow) {
      failed.add(inARow);
      throw new IllegalStateException("and it can't even be reported");
    }
  }

  @Test
  void aDefectDoesNotEndTheLoopButIsNoPass() throws InterruptedException {
    var pass = new Failing();
    try (var loop = new ReconcileLoop(pass)) {
      loop.start();
      assertEquals(1, failed.poll(5, TimeUnit.SECONDS));
      assertTrue(loop.isAlive(), "one may be an accident");
      assertEquals(1, loop.failures());
      loop.wake("again");
      assertEquals(2, failed.poll(5, TimeUnit.SECONDS));
      loop.wake("again");
      assertEquals(3, failed.poll(5, TimeUnit.SECONDS));
      assertFalse(loop.isAlive(), "a node that does nothing must not look well");
      pass.defect = false;
      passes.clear();
      loop.wake("mended");
      next();
      loop.wake("and again"); // taken up after the good pass was counted
      next();
      assertTrue(loop.isAlive());
      assertEquals(0, loop.failures());
    }
  }
}
