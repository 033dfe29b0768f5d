package dev.weft.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Operators in succession, a new one whenever leadership is lost: what was cached and planned in
 * one term is worth nothing in the next, and nobody else needs to start the process again.
 */
public final class OperatorTerms implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorTerms.class);

  private final KubernetesClient client;
  private final Settings settings;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean closed;
  private volatile Thread runner = Thread.currentThread();

  /** Nothing runs yet. */
  public OperatorTerms(KubernetesClient client, Settings settings) {
    this.client = client;
    this.settings = settings;
  }

  /**
   * Runs until {@link #close()}.
   *
   * @throws IOException if the HTTP address can't be had
   */
  public void run() throws IOException {
    runner = Thread.currentThread();
    try {
      while (!closed) {
        try (var operator = new WeftOperator(client, settings)) {
          operator.start();
          operator.awaitLostLeadership();
        }
        LOG.warn("leadership lost; standing for election again");
      }
    } catch (InterruptedException e) {
      LOG.info("stopped");
    } finally {
      ended.countDown();
    }
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
