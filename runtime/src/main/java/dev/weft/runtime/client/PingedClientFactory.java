package dev.weft.runtime.client;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;

/**
 * Makes clients whose watches are pinged. A watch is a WebSocket on a connection of its own; when a
 * middle box forgets the connection, neither end is told, and TCP has nothing to send again that
 * would show it. A ping has an answer, from any API server.
 *
 * <p>Plain requests go over HTTP/1.1: a request that times out closes its connection, where HTTP/2
 * would send the next one down the same dead connection.
 */
public final class PingedClientFactory extends JdkHttpClientFactory {
  private final Pings pings;

  /**
   * A factory of clients.
   *
   * @param lost called when a watch's connection was given up; must not block
   */
  public PingedClientFactory(Runnable lost) {
    this(new Pings(lost));
  }

  PingedClientFactory(Pings pings) {
    this.pings = pings;
  }

  /** A builder of a client with this configuration, bounded in what it waits for. */
  public KubernetesClientBuilder with(Config config) {
    // Every caller has a retry of its own, which knows what it is worth: the client's default
    // blocks for two minutes.
    config.setRequestRetryBackoffLimit(0);
    config.setRequestTimeout(10_000);
    config.setConnectionTimeout(5_000);
    config.setWatchReconnectInterval(300);
    config.setHttp2Disable(true);
    return new KubernetesClientBuilder().withConfig(config).withHttpClientFactory(this);
  }

  @Override
  protected HttpClient.Builder createNewHttpClientBuilder() {
    return new PingedClientBuilder(super.createNewHttpClientBuilder(), pings);
  }
}
