package dev.weft.agent.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusServerTest {
  private static StatusServer server(InetSocketAddress address) throws IOException {
    return StatusServer.start(
        address,
        () -> new Health(true, "ok"),
        () -> new Health(false, "no view"),
        () -> "weft_ready 0\n");
  }

  @Test
  void answersProbesAndNothingElse() throws Exception {
    try (var server = server(InetSocketAddress.createUnresolved("127.0.0.1", 0));
        var client = HttpClient.newHttpClient()) {
      assertEquals("200 ok\n", get(client, server, "/healthz"));
      assertEquals("503 no view\n", get(client, server, "/readyz"));
      assertEquals("200 weft_ready 0\n", get(client, server, "/metrics"));
      assertEquals("404 ", get(client, server, "/metrics/x"));
      assertEquals("404 ", get(client, server, "/key").substring(0, 4));
    }
  }

  @Test
  void whoReachesTheMetricsReachesNoProbe() throws Exception {
    try (var server =
            StatusServer.metricsAlone(
                InetSocketAddress.createUnresolved("127.0.0.1", 0), () -> "weft_ready 0\n");
        var client = HttpClient.newHttpClient()) {
      assertEquals("200 weft_ready 0\n", get(client, server, "/metrics"));
      for (var path : List.of("/startz", "/healthz", "/readyz", "/")) {
        assertEquals("404 ", get(client, server, path).substring(0, 4), path);
      }
    }
  }

  @Test
  void startIsOverOnceTheAgentIsReady() throws Exception {
    try (var server =
            StatusServer.start(
                InetSocketAddress.createUnresolved("127.0.0.1", 0),
                () -> new Health(true, "ok"),
                () -> new Health(true, "revision 1"),
                () -> "");
        var client = HttpClient.newHttpClient()) {
      assertEquals("200 ok\n", get(client, server, "/startz"));
      assertEquals("404 ", get(client, server, "/startz/x").substring(0, 4));
    }
  }

  private static String get(HttpClient client, StatusServer server, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + server.port() + path);
    var answer =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  @Test
  void addressInUseIsOneClearLine() throws IOException {
    try (var first = server(InetSocketAddress.createUnresolved("127.0.0.1", 0))) {
      var taken = InetSocketAddress.createUnresolved("127.0.0.1", first.port());
      var e = assertThrows(IOException.class, () -> server(taken).close());
      var message = String.valueOf(e.getMessage());
      assertTrue(message.contains("--http-address 127.0.0.1:" + first.port()), message);
    }
  }
}
