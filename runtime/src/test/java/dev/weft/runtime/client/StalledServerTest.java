package dev.weft.runtime.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Responses and handshakes of a server that falls silent without closing a connection. */
class StalledServerTest {
  private final AtomicInteger lost = new AtomicInteger();
  private ServerSocket server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
    client =
        new PingedClientBuilder(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1),
                new Pings(lost::incrementAndGet, Duration.ofMillis(200)))
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    client.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        Thread.ofVirtual().start(() -> answer(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** Answers by the path: /half ten bytes of twenty, /503 with that status, others nothing. */
  private static void answer(Socket socket) {
    try {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      var request = in.readLine();
      for (var line = request; line != null && !line.isEmpty(); ) {
        line = in.readLine();
      }
      var answer =
          request.contains("/half")
              ? "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789"
              : "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
      if (!request.contains("/silent")) {
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      // the client has ended it
    }
  }

  private URI uri(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + path);
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    var request = HttpRequest.newBuilder(uri("http", path)).build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Throwable errorOf(CompletableFuture<?> future) {
    var thrown = assertThrows(ExecutionException.class, () -> future.get(60, TimeUnit.SECONDS));
    return Objects.requireNonNull(thrown.getCause());
  }

  @Test
  void aResponseThatStopsInTheMiddleIsGivenUp() {
    assertInstanceOf(IOException.class, errorOf(get("/half")));
    assertEquals(1, lost.get());
  }

  @Test
  void aHandshakeWithoutAnAnswerEnds() {
    var socket =
        client.newWebSocketBuilder().buildAsync(uri("ws", "/silent"), new WebSocket.Listener() {});
    assertInstanceOf(KubernetesClientException.class, errorOf(socket));
  }

  @Test
  void aServerThatStartsIsAskedForAWebSocketAgain() {
    var socket =
        client.newWebSocketBuilder().buildAsync(uri("ws", "/503"), new WebSocket.Listener() {});
    var error = assertInstanceOf(KubernetesClientException.class, errorOf(socket));
    assertEquals(-1, error.getCode(), "with 503 the client would fall back to a plain watch");
  }
}
