package dev.weft.operator.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class LeaseReaderTest {
  private final AtomicLong time = new AtomicLong();
  private final Supervision supervision = new Supervision(time::get);
  private final Semaphore answered = new Semaphore(0);

  private LeaseAnswer answer(Supplier<List<Lease>> list) throws InterruptedException {
    try (var reader = new LeaseReader(list, answered::release, supervision)) {
      reader.ask(7);
      assertTrue(answered.tryAcquire(5, TimeUnit.SECONDS));
      return reader.last().orElseThrow();
    }
  }

  private LeaseAnswer refused(int code) throws InterruptedException {
    return answer(
        () -> {
          throw new KubernetesClientException("no", code, null);
        });
  }

  @Test
  void onlyWhatSpeaksOfTheServerItselfIsAnOutage() throws InterruptedException {
    assertInstanceOf(LeaseAnswer.Listed.class, answer(List::of));
    assertInstanceOf(LeaseAnswer.Refused.class, refused(403));
    assertInstanceOf(LeaseAnswer.Refused.class, refused(404));
    assertInstanceOf(LeaseAnswer.Unreachable.class, refused(429));
    assertInstanceOf(LeaseAnswer.Unreachable.class, refused(503));
    assertInstanceOf(LeaseAnswer.Unreachable.class, refused(0));
  }

  @Test
  void anErrorOfTheVirtualMachineIsAnAnswerToo() throws InterruptedException {
    assertInstanceOf(
        LeaseAnswer.Unreachable.class,
        answer(
            () -> {
              throw new StackOverflowError();
            }));
    assertEquals(Map.of("leases", 1L), supervision.failures());
    time.addAndGet(Duration.ofHours(1).toNanos());
    assertEquals(List.of(), supervision.stalled(), "it has nothing to do");
  }

  @Test
  void askingDoesNotWaitAndIsOnceAtATime() throws InterruptedException {
    var release = new CountDownLatch(1);
    var requests = new AtomicInteger();
    try (var reader =
        new LeaseReader(
            () -> {
              requests.incrementAndGet();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return List.of();
            },
            answered::release,
            supervision)) {
      for (var second = 0; second < 100; second++) {
        reader.ask(TimeUnit.SECONDS.toNanos(second));
      }
      assertTrue(reader.last().isEmpty());
      time.addAndGet(Duration.ofMinutes(3).toNanos());
      assertEquals(List.of("leases"), supervision.stalled());
      release.countDown();
      assertTrue(answered.tryAcquire(5, TimeUnit.SECONDS));
      assertEquals(1, requests.get());
    }
  }
}
