package dev.weft.runtime.client;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Builds WebSockets that are pinged. A handshake ends after {@link Pings#answerTimeout()} at most:
 * the client sets no limit for a watch, and the pooled connection it takes may be dead.
 */
final class PingedSocketBuilder implements WebSocket.Builder {
  private static final int UNAVAILABLE = 503;

  private final WebSocket.Builder builder;
  private final Pings pings;

  PingedSocketBuilder(WebSocket.Builder builder, Pings pings) {
    this.builder = builder;
    this.pings = pings;
  }

  @Override
  public WebSocket.Builder header(String name, String value) {
    builder.header(name, value);
    return this;
  }

  @Override
  public WebSocket.Builder connectTimeout(Duration timeout) {
    var limit = pings.answerTimeout();
    builder.connectTimeout(timeout.compareTo(limit) < 0 ? timeout : limit);
    return this;
  }

  @Override
  public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
    builder.subprotocols(mostPreferred, lesserPreferred);
    return this;
  }

  @Override
  public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
    return builder
        .buildAsync(uri, new PingedListener(listener, pings))
        .exceptionallyCompose(error -> CompletableFuture.failedFuture(reason(error)));
  }

  /**
   * The error that lets the caller try again. For any other kind of error, and for a 503, which an
   * API server sends while it starts, the client would go on with a plain HTTP watch, which has no
   * pings.
   */
  private static Throwable reason(Throwable error) {
    var cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof WebSocketHandshakeException refused
        && refused.getResponse().statusCode() != UNAVAILABLE) {
      return refused;
    }
    return new KubernetesClientException("the handshake of a watch failed: " + cause, cause);
  }
}
