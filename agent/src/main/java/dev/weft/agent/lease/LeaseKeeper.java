package dev.weft.agent.lease;

import dev.weft.agent.client.ApiErrors;
import dev.weft.agent.client.FailureSeries;
import dev.weft.agent.view.ApiContact;
import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the Lease named after the node, on a thread of its own: a slow reconcile must not look
 * like a dead node. A node whose loop is stuck stops renewing, for it is dead.
 */
public final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  /** The longest pause, and a request that isn't answered. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final KubernetesClient client;
  private final String namespace;
  private final String nodeName;
  private final BooleanSupplier alive;
  private final Runnable reconnected;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition newTerms = lock.newCondition();
  private final Thread thread;
  private final Rounds rounds;
  private LeaseTerms terms = LeaseTerms.SLOW;
  private volatile boolean closed;
  private volatile boolean reachable;
  private volatile boolean silent;
  private volatile long answeredAt = ApiContact.NEVER;
  private final FailureSeries failures = new FailureSeries();
  private boolean failing;
  private @Nullable Lease lease;

  /**
   * A keeper that is not started.
   *
   * @param alive whether the node still does its work
   * @param reconnected called when the API server answers again after it did not
   * @param supervision notified of each round
   */
  public LeaseKeeper(
      KubernetesClient client,
      String namespace,
      String nodeName,
      BooleanSupplier alive,
      Runnable reconnected,
      Supervision supervision) {
    this.client = client;
    this.namespace = namespace;
    this.nodeName = nodeName;
    this.alive = alive;
    this.reconnected = reconnected;
    this.rounds = supervision.watch("lease", PATIENCE);
    this.thread = Thread.ofPlatform().daemon().name("lease").unstarted(this::keep);
  }

  public void start() {
    thread.start();
  }

  /** Other terms from now on; renews at once if they changed. */
  public void terms(LeaseTerms now) {
    lock.lock();
    try {
      if (!now.equals(terms)) {
        terms = now;
        newTerms.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the API server answered the last time. */
  public boolean reachable() {
    return reachable;
  }

  /** How it stands with the API server, by a steady clock. */
  public ApiContact contact() {
    long at = answeredAt;
    return new ApiContact(steadySeconds(), at, silent);
  }

  private static long steadySeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
  }

  private void keep() {
    while (!closed) {
      boolean renewed = false;
      try {
        renewed = round();
        rounds.done();
      } catch (RuntimeException | Error e) {
        lease = null;
        reachable = false;
        rounds.failed(e);
      }
      pause(renewed);
    }
    rounds.ended();
  }

  /** Whether nothing is to be tried again soon. */
  private boolean round() {
    if (!alive.getAsBoolean()) {
      return true;
    }
    boolean renewed = renew();
    if (renewed && failing) {
      LOG.info("the API server answers again");
      failures.succeeded();
      reconnected.run();
    }
    failing = !renewed;
    reachable = renewed;
    return renewed;
  }

  private boolean renew() {
    try {
      var current = lease;
      lease =
          current == null
              ? client
                  .resource(fresh())
                  .forceConflicts()
                  .fieldManager("weft-agent")
                  .serverSideApply()
              : client.resource(renewed(current)).update();
      heard(true);
      return true;
    } catch (KubernetesClientException e) {
      heard(e.getCode() > 0); // a refusal is an answer
      lease = null; // somebody removed or changed it: start from nothing
      tell(e);
      return false;
    }
  }

  private void tell(KubernetesClientException failure) {
    var text = ApiErrors.text(failure);
    switch (failures.failed()) {
      case NOTHING -> {}
      case INFORMATION ->
          LOG.info("Lease {}/{} is not renewed: {}; trying again", namespace, nodeName, text);
      case WARNING -> LOG.warn("Lease {}/{} cannot be renewed: {}", namespace, nodeName, text);
    }
  }

  private void heard(boolean answer) {
    if (answer) {
      answeredAt = steadySeconds();
    }
    silent = !answer;
  }

  private int seconds() {
    lock.lock();
    try {
      return (int) terms.duration().toSeconds();
    } finally {
      lock.unlock();
    }
  }

  private Lease fresh() {
    var now = ZonedDateTime.now(ZoneOffset.UTC);
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(nodeName)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(nodeName)
        .withLeaseDurationSeconds(seconds())
        .withRenewTime(now)
        .endSpec()
        .build();
  }

  private Lease renewed(Lease current) {
    return new LeaseBuilder(current)
        .editOrNewSpec()
        .withHolderIdentity(nodeName)
        .withLeaseDurationSeconds(seconds())
        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  private void pause(boolean renewed) {
    lock.lock();
    try {
      var before = terms;
      long left = renewed ? terms.renewEvery().toNanos() : RETRY_NANOS;
      while (!closed && before.equals(terms) && left > 0) {
        left = newTerms.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      closed = true;
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
