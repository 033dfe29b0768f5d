package dev.weft.agent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.runtime.http.BoundedServer;
import dev.weft.runtime.http.Startup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * Serves {@code /startz}, {@code /healthz}, {@code /readyz} and {@code /metrics}; nothing that is
 * secret.
 */
public final class StatusServer implements AutoCloseable {
  private final HttpServer server;

  private StatusServer(HttpServer server) {
    this.server = server;
  }

  /**
   * Starts to listen with all of them.
   *
   * @throws IOException with a text for the user, if the address can't be had
   */
  public static StatusServer start(
      InetSocketAddress address,
      Supplier<Health> healthz,
      Supplier<Health> readyz,
      Supplier<String> metrics)
      throws IOException {
    var server = bind("--http-address", address);
    var startup = new Startup(() -> readyz.get().good());
    server.createContext(
        Startup.PATH,
        x -> {
          if (startup.isOver(x)) {
            answer(x, Startup.PATH, healthz);
          }
        });
    server.createContext("/healthz", x -> answer(x, "/healthz", healthz));
    server.createContext("/readyz", x -> answer(x, "/readyz", readyz));
    return serving(server, metrics);
  }

  /**
   * Starts to listen with the metrics alone.
   *
   * @throws IOException with a text for the user, if the address can't be had
   */
  public static StatusServer metricsAlone(InetSocketAddress address, Supplier<String> metrics)
      throws IOException {
    return serving(bind("--metrics-address", address), metrics);
  }

  private static HttpServer bind(String flag, InetSocketAddress address) throws IOException {
    try {
      var resolved =
          address.isUnresolved()
              ? new InetSocketAddress(
                  InetAddress.getByName(address.getHostString()), address.getPort())
              : address;
      return BoundedServer.bind(resolved);
    } catch (IOException e) {
      throw new IOException(
          "%s %s:%d cannot be listened on: %s; choose another, or free it"
              .formatted(flag, address.getHostString(), address.getPort(), e.getMessage()),
          e);
    }
  }

  private static StatusServer serving(HttpServer server, Supplier<String> metrics) {
    server.createContext("/metrics", x -> page(x, metrics.get()));
    server.start();
    return new StatusServer(server);
  }

  /** The port listened on, for those who asked for 0. */
  public int port() {
    return server.getAddress().getPort();
  }

  private static void page(HttpExchange exchange, String text) throws IOException {
    respond(exchange, "/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", text);
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Health> health)
      throws IOException {
    var now = health.get();
    respond(exchange, path, now.good() ? 200 : 503, "text/plain; charset=utf-8", now.text() + "\n");
  }

  private static void respond(
      HttpExchange exchange, String path, int status, String type, String text) throws IOException {
    try (exchange) {
      var method = exchange.getRequestMethod();
      boolean head = method.equals("HEAD");
      if (!exchange.getRequestURI().getPath().equals(path)) {
        exchange.sendResponseHeaders(404, -1);
      } else if (!head && !method.equals("GET")) {
        exchange.sendResponseHeaders(405, -1);
      } else {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
          exchange.getResponseBody().write(bytes);
        }
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
