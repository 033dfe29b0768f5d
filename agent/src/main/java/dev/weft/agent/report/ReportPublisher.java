package dev.weft.agent.report;

import dev.weft.agent.client.ApiErrors;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
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

  private final KubernetesClient client;
  private final String nodeName;
  private final ReentrantLock lock = new ReentrantLock();
  private final java.util.concurrent.locks.Condition offered = lock.newCondition();
  private final Thread thread;
  private final AtomicLong writes = new AtomicLong();
  private @Nullable Observation wanted;
  private @Nullable NodeReportSpec written;
  private List<Condition> conditions = List.of();
  private long writtenAt;
  private volatile boolean closed;

  public ReportPublisher(KubernetesClient client, String nodeName) {
    this.client = client;
    this.nodeName = nodeName;
    this.thread = Thread.ofPlatform().daemon().name("report").unstarted(this::keep);
  }

  public void start() {
    thread.start();
  }

  /** What is to be told from now on. */
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
    try {
      long retry = 0;
      while (!closed && !adopt()) {
        retry = longer(retry);
        TimeUnit.NANOSECONDS.sleep(retry);
      }
      for (retry = 0; !closed; ) {
        retry = write(awaitDue(retry)) ? 0 : longer(retry);
      }
    } catch (InterruptedException e) {
      LOG.debug("told to stop");
    }
  }

  private static long longer(long retry) {
    return Math.clamp(retry * 2, FIRST_RETRY_NANOS, LAST_RETRY_NANOS);
  }

  /** Takes over what a predecessor reported: it need not be told again. */
  private boolean adopt() {
    try {
      var report = client.resources(NodeReport.class).withName(nodeName).get();
      if (report != null && report.getSpec() != null) {
        written = report.getSpec();
        conditions = report.getSpec().conditions();
      }
      return true;
    } catch (KubernetesClientException e) {
      return false;
    }
  }

  private NodeReportSpec awaitDue(long retryNanos) throws InterruptedException {
    long retryAt = System.nanoTime() + retryNanos;
    lock.lock();
    try {
      while (true) {
        long now = System.nanoTime();
        long wait = ReportSchedule.NEVER;
        if (wanted != null) {
          var next = ReportBuilder.build(wanted, conditions, Instant.now());
          wait = ReportSchedule.nanosToWait(next, written, now - writtenAt);
          if (wait != ReportSchedule.NEVER && Math.max(wait, retryAt - now) <= 0) {
            return next;
          }
        }
        if (wait == ReportSchedule.NEVER) {
          offered.await();
        } else {
          var ignored = offered.awaitNanos(Math.max(wait, retryAt - now));
        }
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
