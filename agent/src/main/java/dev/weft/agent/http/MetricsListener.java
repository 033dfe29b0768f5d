package dev.weft.agent.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics' own address. One that can't be had yet, or that somebody else has, is asked for
 * again: a mesh doesn't stop for want of figures.
 */
public final class MetricsListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsListener.class);
  private static final Duration AGAIN = Duration.ofSeconds(15);

  private final InetSocketAddress address;
  private final Supplier<String> metrics;
  private final Thread thread;
  private volatile Optional<StatusServer> server = Optional.empty();

  /** Starts to try. */
  public MetricsListener(InetSocketAddress address, Supplier<String> metrics) {
    this.address = address;
    this.metrics = metrics;
    this.thread = Thread.ofVirtual().name("metrics-listener").start(this::listen);
  }

  private void listen() {
    boolean failed = false;
    while (!Thread.currentThread().isInterrupted()) {
      try {
        server = Optional.of(StatusServer.metricsAlone(address, metrics));
        LOG.info("metrics at {}:{}", address.getHostString(), address.getPort());
        return;
      } catch (IOException e) {
        if (!failed) {
          LOG.warn("{}; trying again every {} s", e.getMessage(), AGAIN.toSeconds());
        }
        failed = true;
      }
      try {
        Thread.sleep(AGAIN);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The port listened on; empty: not yet. */
  public Optional<Integer> port() {
    return server.map(StatusServer::port);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.ifPresent(StatusServer::close);
  }
}
