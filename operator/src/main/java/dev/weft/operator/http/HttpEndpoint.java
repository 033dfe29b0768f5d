package dev.weft.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** {@code /healthz}, {@code /readyz} and {@code /metrics}. */
public final class HttpEndpoint implements AutoCloseable {
  private final HttpServer server;

  /**
   * Listens.
   *
   * @param port 0: any free one
   * @throws IOException if the address can't be had
   */
  public HttpEndpoint(
      String host, int port, BooleanSupplier healthy, BooleanSupplier ready, Metrics metrics)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(host, port), 0);
    server.createContext("/healthz", exchange -> yesOrNo(exchange, healthy.getAsBoolean()));
    server.createContext("/readyz", exchange -> yesOrNo(exchange, ready.getAsBoolean()));
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.text()));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** The port in use. */
  public int port() {
    return server.getAddress().getPort();
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
    server.stop(0);
  }
}
