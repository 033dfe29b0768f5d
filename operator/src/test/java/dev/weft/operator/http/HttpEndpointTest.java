package dev.weft.operator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HttpEndpointTest {
  private static final List<String> PATHS =
      List.of("/metrics", "/startz", "/healthz", "/readyz", "/", "/debug");

  private static int status(HttpClient client, int port, String path) {
    try {
      var uri = URI.create("http://127.0.0.1:" + port + path);
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> served(HttpClient client, int port) {
    return Stream.of(PATHS.toArray(String[]::new))
        .filter(p -> status(client, port, p) != 404)
        .toList();
  }

  @Test
  void whoReachesTheMetricsReachesNoProbe() throws IOException {
    var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var http = new HttpEndpoint(any, any, () -> true, () -> true, new Metrics("1.0"));
        var client = HttpClient.newHttpClient()) {
      assertEquals(List.of("/metrics"), served(client, http.metricsPort()));
      assertEquals(
          List.of("/metrics", "/startz", "/healthz", "/readyz"), served(client, http.healthPort()));
    }
  }
}
