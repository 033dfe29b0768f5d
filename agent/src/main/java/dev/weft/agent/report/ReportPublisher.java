package dev.weft.agent.report;

import dev.weft.agent.client.ApiErrors;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the NodeReport by server-side apply, on a thread of its own; only the latest counts. */
public final class ReportPublisher implements AutoCloseable {
  /** The one field manager of agents. */
  public static final String FIELD_MANAGER = "weft-agent";

  private static final Logger LOG = LoggerFactory.getLogger(ReportPublisher.class);
  private static final long FIRST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Between two looks whether the own report is still there, as it was written. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final KubernetesClient client;
  private final String nodeName;
  private final ReentrantLock lock = new ReentrantLock();
  private final java.util.concurrent.locks.Condition offered = lock.newCondition();
  private final Thread thread;
  private final Rounds rounds;
  private final long lookAgainNanos;
  private final AtomicLong writes = new AtomicLong();
  private @Nullable Observation wanted;
  private @Nullable NodeReportSpec written;
  private List<Condition> conditions = List.of();
  private long writtenAt;
  private long lookedAt;
  private volatile boolean closed;

  /** A publisher that is not started; the supervision is notified of each round. */
  public ReportPublisher(KubernetesClient client, String nodeName, Supervision supervision) {
    this(client, nodeName, supervision, LOOK_AGAIN);
  }

  ReportPublisher(
      KubernetesClient client, String nodeName, Supervision supervision, Duration lookAgain) {
    this.client = client;
    this.nodeName = nodeName;
    this.rounds = supervision.watch("report", PATIENCE);
    this.lookAgainNanos = lookAgain.toNanos();
    this.thread = Thread.ofPlatform().daemon().name("report").unstarted(this::keep);
  }

  public void start() {
    thread.start();
  }

  /** What is to be reported from now on. */
  public void offer(Observation observation) {
    lock.lock();
    try {
      wanted = observation;
      offered.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How many were written. */
  public long writes() {
    return writes.get();
  }

  private void keep() {
    long retry = 0;
    boolean known = false;
    while (!closed) {
      try {
        // Takes over what a predecessor reported: it need not be reported again.
        known = known ? round(retry) : look();
        retry = known ? 0 : longer(retry);
        rounds.done();
        if (!known) {
          TimeUnit.NANOSECONDS.sleep(retry);
        }
      } catch (InterruptedException e) {
        closed = true;
      } catch (RuntimeException | Error e) {
        rounds.failed(e);
        retry = longer(retry);
        pause(retry);
      }
    }
    rounds.ended();
  }

  private void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  /** Writes what is due by the next look, or looks; whether the API server took it. */
  private boolean round(long retry) throws InterruptedException {
    var due = awaitDue(retry, lookedAt + lookAgainNanos);
    return due.isPresent() ? write(due.get()) : look();
  }

  private static long longer(long retry) {
    return Math.clamp(retry * 2, FIRST_RETRY_NANOS, LAST_RETRY_NANOS);
  }

  /**
   * Reads the own report. One that was deleted or changed by another counts as not written, so that
   * it is written again: the operator needs it, even if somebody removed it.
   */
  private boolean look() {
    try {
      var report = client.resources(NodeReport.class).withName(nodeName).get();
      var spec = report == null ? null : report.getSpec();
      lookedAt = System.nanoTime();
      lock.lock();
      try {
        if (written != null && spec == null) {
          LOG.warn("NodeReport {} is gone; it is written again", nodeName);
        }
        written = spec;
        conditions = spec == null ? conditions : spec.conditions();
      } finally {
        lock.unlock();
      }
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  /** What is to be written; empty: nothing until then. */
  private Optional<NodeReportSpec> awaitDue(long retryNanos, long until)
      throws InterruptedException {
    long retryAt = System.nanoTime() + retryNanos;
    lock.lock();
    try {
      while (true) {
        long now = System.nanoTime();
        long wait = ReportSchedule.NEVER;
        if (wanted != null) {
          var next = ReportBuilder.build(wanted, conditions, Instant.now());
          wait = ReportSchedule.nanosToWait(next, written, now - writtenAt);
          if (wait != ReportSchedule.NEVER) {
            wait = Math.max(wait, retryAt - now);
            if (wait <= 0) {
              return Optional.of(next);
            }
          }
        }
        if (until - now <= 0) {
          return Optional.empty();
        }
        var ignored = offered.awaitNanos(Math.min(wait, until - now));
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean write(NodeReportSpec spec) {
    var report = new NodeReport();
    report.setMetadata(new ObjectMetaBuilder().withName(nodeName).build());
    report.setSpec(spec);
    try {
      client.resource(report).fieldManager(FIELD_MANAGER).forceConflicts().serverSideApply();
    } catch (KubernetesClientException e) {
      LOG.warn("NodeReport {} cannot be written: {}", nodeName, ApiErrors.text(e));
      return false;
    }
    lock.lock();
    try {
      written = spec;
      conditions = spec.conditions();
      writtenAt = System.nanoTime();
      writes.incrementAndGet();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
