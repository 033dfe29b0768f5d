package dev.weft.operator;

import dev.weft.operator.http.HttpEndpoint;
import dev.weft.operator.http.Metrics;
import dev.weft.operator.observe.LastPublished;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operators in succession, a new one whenever a term ends: leadership was lost, a watch died, or a
 * start failed. What was cached and planned in one term is worth nothing in the next. Health and
 * metrics answer from the first moment, through all terms.
 */
public final class OperatorTerms implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorTerms.class);
  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

  /** Requests are bounded, so the write that is on its way ends long before. */
  private static final Duration LAST_WRITE = Duration.ofSeconds(60);

  private final KubernetesClient client;
  private final Settings settings;
  private final Metrics metrics;
  private final LastPublished last = new LastPublished();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile Thread runner = Thread.currentThread();
  private volatile @Nullable WeftOperator current;
  private volatile int port;

  /**
   * Nothing runs yet.
   *
   * @param metrics of the whole process
   */
  public OperatorTerms(KubernetesClient client, Settings settings, Metrics metrics) {
    this.client = client;
    this.settings = settings;
    this.metrics = metrics;
  }

  /**
   * Runs until {@link #close()}.
   *
   * @throws IOException if the HTTP address can't be had
   * @throws IllegalStateException if a term doesn't end: then the process must
   */
  public void run() throws IOException {
    runner = Thread.currentThread();
    try (var http =
        new HttpEndpoint(
            settings.health(), settings.metrics(), this::isHealthy, this::isReady, metrics)) {
      port = http.healthPort();
      LOG.info("health on port {}, metrics on port {}", port, http.metricsPort());
      while (!closed) {
        term();
      }
    } catch (InterruptedException e) {
      LOG.info("stopped");
    } finally {
      ended.countDown();
    }
  }

  private void term() throws InterruptedException {
    var operator = new WeftOperator(client, settings, metrics, last);
    current = operator;
    try {
      operator.start();
      LOG.warn("a term ended: {}; standing for election again", operator.awaitEnd());
    } catch (RuntimeException | Error e) {
      metrics.faulted();
      LOG.error("the operator did not start; trying again", e);
      TimeUnit.SECONDS.sleep(AFTER_A_FAULT.toSeconds());
    } finally {
      operator.close();
    }
    if (!operator.awaitLastWrite(LAST_WRITE)) {
      // Two that write would undo each other's work.
      throw new IllegalStateException(
          "the last term still writes after " + LAST_WRITE.toSeconds() + " s");
    }
  }

  private boolean isHealthy() {
    var now = current;
    return now == null || now.isHealthy();
  }

  private boolean isReady() {
    var now = current;
    return now != null && now.isReady();
  }

  /** Port of health; 0: it doesn't listen yet. */
  public int httpPort() {
    return port;
  }

  /** Ends the running term; waits a little for it. */
  @Override
  public void close() {
    closed = true;
    runner.interrupt();
    try {
      if (!ended.await(8, TimeUnit.SECONDS)) {
        LOG.warn("did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
