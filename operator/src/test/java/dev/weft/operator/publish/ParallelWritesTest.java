package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Writes that are on their way at the same time. */
class ParallelWritesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private final ParallelWrites parallel = new ParallelWrites();

  @AfterEach
  void close() {
    parallel.close();
  }

  /** Each waits for all others of a full round: one after the other they would never end. */
  @Test
  void asManyAsAllowedRunAtOnceAndNoMore() {
    var together = new CountDownLatch(ParallelWrites.AT_A_TIME);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var writes = new ArrayList<Runnable>();
    for (int i = 0; i < ParallelWrites.AT_A_TIME * 4; i++) {
      writes.add(
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            together.countDown();
            await(together);
            running.decrementAndGet();
          });
    }
    assertTimeoutPreemptively(PATIENCE, () -> parallel.run(writes));
    assertEquals(ParallelWrites.AT_A_TIME, most.get());
  }

  @Test
  void oneThatThrowsStopsNoOtherAndIsThrownWhenAllHaveEnded() {
    var done = new AtomicInteger();
    var writes = new ArrayList<Runnable>();
    writes.add(
        () -> {
          throw new Fence.NotLeading("another leads");
        });
    for (int i = 0; i < 20; i++) {
      writes.add(done::incrementAndGet);
    }
    assertThrows(Fence.NotLeading.class, () -> parallel.run(writes));
    assertEquals(20, done.get());
  }

  @Test
  void interruptedThreadBeginsNoMoreWrites() throws InterruptedException {
    var begun = new CountDownLatch(ParallelWrites.AT_A_TIME);
    var end = new CountDownLatch(1);
    var count = new AtomicInteger();
    var writes = new ArrayList<Runnable>();
    for (int i = 0; i < 100; i++) {
      writes.add(
          () -> {
            count.incrementAndGet();
            begun.countDown();
            await(end);
          });
    }
    var thread = Thread.ofPlatform().start(() -> parallel.run(writes));
    await(begun);
    thread.interrupt();
    thread.join(PATIENCE);
    assertTrue(!thread.isAlive(), "run does not end when its thread is interrupted");
    end.countDown();
    parallel.run(List.of(() -> {}, () -> {}));
    assertEquals(ParallelWrites.AT_A_TIME, count.get());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), "waited in vain");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
