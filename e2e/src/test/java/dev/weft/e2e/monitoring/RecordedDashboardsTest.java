package dev.weft.e2e.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The dashboards on what a real Prometheus once scraped: every query of every panel finds
 * something, without the zero that stands in for what there is only when something is wrong.
 */
class RecordedDashboardsTest {
  /** A gateway, and a node whose kernel refused. */
  private static final List<String> NODES = List.of("aws-1", "gcp-2");

  private static final Recording RECORDING = Recording.read();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first
  private static Process prometheus;

  private static int port;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    var samples = Files.writeString(folder.resolve("lab.openmetrics"), RECORDING.text());
    var data = folder.resolve("data");
    Catalogs.assertPromtool(
        "tsdb", "create-blocks-from", "openmetrics", samples.toString(), data.toString());
    var configuration = Files.writeString(folder.resolve("prometheus.yaml"), "global: {}\n");
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    prometheus =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + data,
                "--storage.tsdb.retention.time=100y",
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    Wait.until("Prometheus", 30, RecordedDashboardsTest::isReady);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    prometheus.destroy();
    if (!prometheus.waitFor(10, TimeUnit.SECONDS)) {
      prometheus.destroyForcibly().waitFor();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh", "node", "slo"})
  void everyPanelShowsSomethingOfWhatWasRecorded(String name) {
    var file = Catalogs.REPOSITORY.resolve("helm/weft/files/dashboards/" + name + ".json");
    var empty = new TreeSet<String>();
    for (var query : Dashboard.read(file).queries()) {
      if (NODES.stream().allMatch(node -> matrix(expr(query, node)).isEmpty())) {
        empty.add(query.panel() + ": " + query.expr());
      }
    }
    assertEquals(Set.of(), empty);
  }

  private static String expr(Dashboard.Query query, String node) {
    var variables = Map.of("mesh", "demo", "node", node, "__rate_interval", "1m", "__range", "2m");
    return query.with(variables).expr().replace(" or vector(0)", "");
  }

  @Test
  void whatNobodyTellsShowsNothing() {
    assertEquals(List.of(), matrix("sum(weft_ready_before_it_was_renamed)"));
  }

  @Test
  void allOfALabWasScrapedAndWasBroken() {
    assertEquals(6, matrix("up").size());
    assertFalse(matrix("ALERTS{alertname=\"WeftTunnelDown\",alertstate=\"firing\"}").isEmpty());
  }

  /** The series that a query finds at any time of the recording. */
  private static List<JsonNode> matrix(String expr) {
    var answer =
        get(
            "/api/v1/query_range?step=10&start=%d&end=%d&query=%s"
                .formatted(
                    RECORDING.first().getEpochSecond(),
                    RECORDING.last().getEpochSecond() + 1,
                    URLEncoder.encode(expr, StandardCharsets.UTF_8)),
            _ -> true);
    try {
      var json = JSON.readTree(answer);
      assertEquals("success", json.path("status").asText(), () -> expr + ": " + answer);
      return json.at("/data/result").valueStream().toList();
    } catch (IOException e) {
      throw new AssertionError(answer, e);
    }
  }

  private static boolean isReady() {
    try {
      return get("/-/ready", status -> status == 200).contains("Ready");
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static String get(String path, Predicate<Integer> good) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    try {
      var answer = HTTP.send(request, BodyHandlers.ofString());
      if (!good.test(answer.statusCode())) {
        throw new IllegalStateException(answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
