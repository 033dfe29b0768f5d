package dev.weft.operator.observe;

import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the agents' Leases beside the plan, at most one request at a time and one a second: a slow
 * API server holds no plan up, however many Leases have run out.
 */
public final class LeaseReader implements LeaseAnswers, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseReader.class);
  private static final long SPACING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TOO_MANY_REQUESTS = 429;

  private final Supplier<List<Lease>> list;
  private final Runnable answered;
  private final Rounds rounds;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          0,
          1,
          30,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(1),
          Thread.ofPlatform().daemon().name("weft-leases").factory(),
          new ThreadPoolExecutor.DiscardPolicy());
  private volatile @Nullable LeaseAnswer last;
  private volatile boolean refusalLogged;

  /**
   * A reader that has asked nothing yet.
   *
   * @param list lists the Leases; may block, and throw
   * @param answered called after each answer; must not block
   * @param supervision notified of each request
   */
  public LeaseReader(Supplier<List<Lease>> list, Runnable answered, Supervision supervision) {
    this.list = list;
    this.answered = answered;
    this.rounds = supervision.watch("leases", PATIENCE);
    rounds.idle();
  }

  @Override
  public void ask(long now) {
    var before = last;
    boolean soon = before != null && now - before.askedAt() < SPACING_NANOS;
    if (!soon && asking.compareAndSet(false, true)) {
      rounds.begun();
      thread.execute(() -> read(now));
    }
  }

  @Override
  public Optional<LeaseAnswer> last() {
    return Optional.ofNullable(last);
  }

  private void read(long now) {
    try {
      last = answer(now);
      rounds.done();
    } catch (RuntimeException | Error e) {
      rounds.failed(e);
      last = new LeaseAnswer.Unreachable(now);
    } finally {
      rounds.idle();
      asking.set(false);
    }
    answered.run();
  }

  private LeaseAnswer answer(long now) {
    try {
      var listed = new LeaseAnswer.Listed(now, list.get());
      refusalLogged = false;
      return listed;
    } catch (KubernetesClientException e) {
      return refusal(now, e);
    }
  }

  private LeaseAnswer refusal(long now, KubernetesClientException e) {
    int code = e.getCode();
    if (code < 400 || code >= 500 || code == TOO_MANY_REQUESTS) {
      return new LeaseAnswer.Unreachable(now);
    }
    if (!refusalLogged) {
      refusalLogged = true;
      LOG.warn("the agents' Leases can't be listed ({}); only the watch shows them", code);
    }
    return new LeaseAnswer.Refused(now);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    rounds.ended();
  }
}
