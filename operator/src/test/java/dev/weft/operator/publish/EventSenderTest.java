package dev.weft.operator.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class EventSenderTest {
  private long now;
  private final AtomicLong time = new AtomicLong();
  private final Supervision supervision = new Supervision(time::get);
  private final AtomicInteger dropped = new AtomicInteger();
  private final LinkedBlockingQueue<String> written = new LinkedBlockingQueue<>();

  private static Event about(String name) {
    return new EventBuilder()
        .withNewRegarding()
        .withKind("Peer")
        .withName(name)
        .endRegarding()
        .build();
  }

  private void write(Event event) {
    written.add(event.getRegarding().getName());
  }

  @Test
  void oneObjectCanNotUseUpWhatOthersNeed() throws InterruptedException {
    try (var sender =
        new EventSender(this::write, dropped::incrementAndGet, () -> now, supervision)) {
      for (int i = 0; i < 35_000; i++) {
        sender.offer(about("flood"));
      }
      assertEquals(35_000 - EventSender.OF_ONE_OBJECT, dropped.get());
      assertTrue(sender.offer(about("other")));
      for (int i = 0; i < EventSender.OF_ONE_OBJECT; i++) {
        assertEquals("flood", written.poll(5, TimeUnit.SECONDS));
      }
      assertEquals("other", written.poll(5, TimeUnit.SECONDS));
      now += Duration.ofSeconds(10).toNanos();
      assertTrue(sender.offer(about("flood")), "one more each 10 s");
      assertFalse(sender.offer(about("flood")));
    }
  }

  @Test
  void anApiServerThatHangsHoldsNothingUp() {
    var release = new CountDownLatch(1);
    try (var sender =
        new EventSender(
            event -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            dropped::incrementAndGet,
            () -> now,
            supervision)) {
      for (int i = 0; i < 5_000; i++) {
        sender.offer(about("n" + i));
      }
      assertTrue(dropped.get() >= 5_000 - EventSender.WAITING - 1);
      release.countDown();
    }
  }

  @Test
  void aSenderThatIsStuckIsNamedAndOneThatWasClosedIsNot() throws InterruptedException {
    var release = new CountDownLatch(1);
    var sender =
        new EventSender(
            event -> {
              write(event);
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            dropped::incrementAndGet,
            () -> now,
            supervision);
    sender.offer(about("a"));
    assertEquals("a", written.poll(60, TimeUnit.SECONDS));
    assertEquals(List.of(), supervision.stalled());
    time.addAndGet(Duration.ofMinutes(3).toNanos());
    assertEquals(List.of("events"), supervision.stalled());
    sender.close();
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!supervision.stalled().isEmpty()) {
      assertTrue(System.nanoTime() < deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void anErrorDoesNotEndTheThread() throws InterruptedException {
    try (var sender =
        new EventSender(
            event -> {
              write(event);
              throw new StackOverflowError();
            },
            dropped::incrementAndGet,
            () -> now,
            supervision)) {
      sender.offer(about("a"));
      sender.offer(about("b"));
      sender.offer(about("c"));
      assertEquals("a", written.poll(60, TimeUnit.SECONDS));
      assertEquals("b", written.poll(60, TimeUnit.SECONDS));
      assertEquals("c", written.poll(60, TimeUnit.SECONDS));
      assertTrue(supervision.failures().getOrDefault("events", 0L) >= 2);
    }
  }
}
