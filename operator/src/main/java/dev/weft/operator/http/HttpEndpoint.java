package dev.weft.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.runtime.http.BoundedServer;
import dev.weft.runtime.http.Startup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * {@code /startz}, {@code /healthz} and {@code /readyz} at one address, {@code /metrics} at both.
 * Who scrapes need not be able to keep kubelet from its probes.
 */
public final class HttpEndpoint implements AutoCloseable {
  private final HttpServer health;
  private final HttpServer scraped;

  /**
   * Listens.
   *
   * @param healthAddress port 0: any free one
   * @param metricsAddress port 0: any free one
   * @throws IOException if an address can't be had
   */
  public HttpEndpoint(
      InetSocketAddress healthAddress,
      InetSocketAddress metricsAddress,
      BooleanSupplier healthy,
      BooleanSupplier ready,
      Metrics metrics)
      throws IOException {
    health = BoundedServer.bind(healthAddress);
    try {
      scraped = BoundedServer.bind(metricsAddress);
    } catch (IOException e) {
      health.stop(0);
      throw e;
    }
    var startup = new Startup(ready);
    health.createContext(
        Startup.PATH,
        exchange -> {
          if (startup.isOver(exchange)) {
            yesOrNo(exchange, healthy.getAsBoolean());
          }
        });
    health.createContext("/healthz", exchange -> yesOrNo(exchange, healthy.getAsBoolean()));
    health.createContext("/readyz", exchange -> yesOrNo(exchange, ready.getAsBoolean()));
    for (var server : List.of(health, scraped)) {
      server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.text()));
      server.start();
    }
  }

  /** The port of health. */
  public int healthPort() {
    return health.getAddress().getPort();
  }

  /** The port of metrics alone. */
  public int metricsPort() {
    return scraped.getAddress().getPort();
  }

  private static void yesOrNo(HttpExchange exchange, boolean yes) throws IOException {
    answer(exchange, yes ? 200 : 503, yes ? "ok\n" : "not ok\n");
  }

  private static void answer(HttpExchange exchange, int code, String text) throws IOException {
    try (exchange) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(code, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    health.stop(0);
    scraped.stop(0);
  }
}
