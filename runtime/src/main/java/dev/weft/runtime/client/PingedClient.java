package dev.weft.runtime.client;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client whose WebSockets are pinged, whose plain watches are short, and whose other
 * responses don't stall.
 */
final class PingedClient extends HttpClient {
  /** Pauses without a byte after which a response is given up: 14 s. */
  private static final int PATIENCE = 2;

  private final HttpClient client;
  private final Pings pings;
  private final PlainWatches watches;

  PingedClient(HttpClient client, Pings pings) {
    this.client = client;
    this.pings = pings;
    this.watches = new PlainWatches(pings);
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return new PingedSocketBuilder(client.newWebSocketBuilder(), pings)
        .connectTimeout(pings.answerTimeout());
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(request, guarded(handler));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return PlainWatches.is(request)
        ? client.sendAsync(watches.shortened(request), watches.bounded(handler))
        : client.sendAsync(request, guarded(handler));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.@Nullable PushPromiseHandler<T> pushHandler) {
    return PlainWatches.is(request)
        ? client.sendAsync(watches.shortened(request), watches.bounded(handler), pushHandler)
        : client.sendAsync(request, guarded(handler), pushHandler);
  }

  private <T> HttpResponse.BodyHandler<T> guarded(HttpResponse.BodyHandler<T> handler) {
    return response -> new StallGuard<>(handler.apply(response), pings, PATIENCE);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public void shutdown() {
    client.shutdown();
  }

  @Override
  public boolean awaitTermination(Duration duration) throws InterruptedException {
    return client.awaitTermination(duration);
  }

  @Override
  public boolean isTerminated() {
    return client.isTerminated();
  }

  @Override
  public void shutdownNow() {
    client.shutdownNow();
  }

  @Override
  public void close() {
    client.close();
  }
}
