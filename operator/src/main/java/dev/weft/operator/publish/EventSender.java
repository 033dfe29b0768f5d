package dev.weft.operator.publish;

import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes Events beside the plan, within a budget: {@value #OF_ONE_OBJECT} about one object and one
 * more each 10 s, {@value #PER_SECOND} a second of all, and {@value #WAITING} that wait. What is
 * beyond is dropped and counted; the conditions say it all the same.
 */
final class EventSender implements AutoCloseable {
  static final int OF_ONE_OBJECT = 25;
  static final int PER_SECOND = 20;
  static final int WAITING = 1000;
  private static final Logger LOG = LoggerFactory.getLogger(EventSender.class);
  private static final long REFILL_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int OBJECTS = 4096;
  private static final Duration TICK = Duration.ofSeconds(10);

  /** Requests are bounded, retries with them. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Consumer<Event> create;
  private final Runnable dropped;
  private final LongSupplier clock;
  private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(WAITING);
  private final Map<String, Budget> budgets =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Budget> eldest) {
          return size() > OBJECTS;
        }
      };
  private final Rounds rounds;
  private final Thread thread;
  private volatile boolean closed;

  /** What is left for one object. */
  private static final class Budget {
    private int left = OF_ONE_OBJECT;
    private long refilledAt;

    Budget(long now) {
      refilledAt = now;
    }

    boolean take(long now) {
      long more = (now - refilledAt) / REFILL_NANOS;
      if (more > 0) {
        left = (int) Math.min(OF_ONE_OBJECT, left + more);
        refilledAt += more * REFILL_NANOS;
      }
      if (left == 0) {
        return false;
      }
      left--;
      return true;
    }
  }

  /**
   * A sender that is running.
   *
   * @param create writes one; may block and throw
   * @param dropped called for each that isn't written
   * @param clock {@link System#nanoTime()}
   * @param supervision notified of each round
   */
  EventSender(
      Consumer<Event> create, Runnable dropped, LongSupplier clock, Supervision supervision) {
    this.create = create;
    this.dropped = dropped;
    this.clock = clock;
    this.rounds = supervision.watch("events", PATIENCE);
    this.thread = Thread.ofPlatform().daemon().name("weft-events").start(this::run);
  }

  /** Whether the Event will be written; doesn't block. For one thread. */
  boolean offer(Event event) {
    var about = event.getRegarding();
    var budget =
        budgets.computeIfAbsent(
            about.getKind() + "/" + about.getName(), k -> new Budget(clock.getAsLong()));
    if (budget.take(clock.getAsLong()) && queue.offer(event)) {
      return true;
    }
    dropped.run();
    return false;
  }

  private void run() {
    while (!closed) {
      try {
        var event = queue.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
        if (event != null) {
          write(event);
          TimeUnit.MILLISECONDS.sleep(1000 / PER_SECOND);
        }
        rounds.done();
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException | Error e) {
        rounds.failed(e);
      }
    }
    rounds.ended();
  }

  /** A refusal of the API server's, or a term that is over, is no defect of the thread. */
  private void write(Event event) {
    try {
      create.accept(event);
    } catch (KubernetesClientException | Fence.NotLeading e) {
      LOG.warn("an Event was not written: {}", String.valueOf(e));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
