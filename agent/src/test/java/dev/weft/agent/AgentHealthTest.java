package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weft.agent.http.StatusServer;
import dev.weft.agent.lease.LeaseKeeper;
import dev.weft.agent.metrics.AgentCounters;
import dev.weft.agent.metrics.AgentGauges;
import dev.weft.agent.metrics.AgentMetrics;
import dev.weft.agent.reconcile.Pause;
import dev.weft.agent.reconcile.ReconcileLoop;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What kubelet's probes get by HTTP from an agent with a passes loop and background threads. */
@SuppressWarnings("NullAway.Init") // set by start()
class AgentHealthTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong();
  private final Supervision supervision = new Supervision(now::get);
  private final AtomicReference<ReconcileLoop> loop = new AtomicReference<>();
  private final AtomicBoolean throwing = new AtomicBoolean();
  private final HttpClient http = HttpClient.newHttpClient();
  private StatusServer server;

  @BeforeEach
  void start() throws IOException {
    var health = new AgentHealth(supervision, loop);
    server =
        StatusServer.start(
            InetSocketAddress.createUnresolved("127.0.0.1", 0),
            health::health,
            () -> health.readiness(() -> AgentGauges.STARTING),
            () ->
                AgentMetrics.page(
                    new AgentCounters(), AgentGauges.STARTING, supervision, 0, "1.0", 1000));
  }

  private void startLoop() {
    var passes =
        new ReconcileLoop(
            reasons -> {
              if (throwing.get()) {
                throw new IllegalStateException("a defect, made for a test");
              }
              return new Pause(Duration.ofMillis(10), Duration.ZERO);
            });
    loop.set(passes);
    passes.start();
  }

  @AfterEach
  void stop() {
    var passes = loop.get();
    if (passes != null) {
      passes.close();
    }
    server.close();
    http.close();
  }

  private String get(String path) {
    var uri = URI.create("http://127.0.0.1:" + server.port() + path);
    try {
      var answer =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void await(String path, String start) {
    long end = System.nanoTime() + MINUTE.toNanos();
    var answer = get(path);
    while (!answer.startsWith(start)) {
      assertTrue(System.nanoTime() < end, path + " still says " + answer);
      Thread.onSpinWait();
      answer = get(path);
    }
  }

  /** The API server takes the request of the Lease's thread, and never answers. */
  @Test
  void aThreadThatIsStuckIsUnhealthyAndNotReadyUntilItComesRound() throws Exception {
    startLoop();
    await("/healthz", "200 ok");
    var asked = new CountDownLatch(1);
    var answer = new CountDownLatch(1);
    var api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange -> {
          try {
            asked.countDown();
            answer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    api.start();
    var config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + api.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .withRequestTimeout(600_000)
            .build();
    try (var client = new KubernetesClientBuilder().withConfig(config).build();
        var lease =
            new LeaseKeeper(client, "weft-agents", "a", () -> true, () -> {}, supervision)) {
      lease.start();
      asked.await();
      assertEquals("200 ok\n", get("/healthz"));
      now.addAndGet(MINUTE.toNanos() + 1);
      assertEquals("503 background threads no longer come round: lease\n", get("/healthz"));
      assertEquals("503 background threads no longer come round: lease\n", get("/readyz"));
      assertTrue(get("/metrics").contains("\nweft_threads_stalled 1\n"));
      answer.countDown();
      await("/healthz", "200 ok");
      assertEquals("503 there is no view of a mesh yet\n", get("/readyz"));
      assertTrue(get("/metrics").contains("\nweft_threads_stalled 0\n"));
    } finally {
      answer.countDown();
      api.stop(0);
    }
  }

  @Test
  void passesThatThrowAreNotReadyAtOnceAndUnhealthyAfterThree() {
    startLoop();
    await("/healthz", "200 ok");
    throwing.set(true);
    await("/readyz", "503 the last pass failed");
    await("/healthz", "503 no pass ended well");
    throwing.set(false);
    await("/healthz", "200 ok");
    await("/readyz", "503 there is no view");
  }

  @Test
  void anAgentWithoutItsLoopIsUnhealthy() {
    assertTrue(get("/healthz").startsWith("503 "));
  }
}
