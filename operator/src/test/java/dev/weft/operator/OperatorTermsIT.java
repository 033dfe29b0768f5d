package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.server.Relay;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.operator.http.Metrics;
import dev.weft.runtime.client.PingedClientFactory;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operator's process from its first moment, over connections that a middle box forgets. */
@SuppressWarnings("NullAway.Init") // set by start() and run()
final class OperatorTermsIT {
  private ApiServer server;
  private Relay relay;
  private Metrics metrics;
  private KubernetesClient client;
  private OperatorTerms terms;
  private Thread runner;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = ApiServer.start();
    relay = new Relay(server.port());
  }

  private void run(KubernetesClient with) throws InterruptedException {
    client = with;
    terms = new OperatorTerms(client, OperatorFixture.settings("only", true), metrics);
    runner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    terms.run();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    await(Duration.ofSeconds(10), () -> terms.httpPort() > 0, () -> "it doesn't listen");
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    terms.close();
    runner.join();
    client.close();
    relay.close();
    server.close();
  }

  private int status(String path) {
    var uri = URI.create("http://127.0.0.1:" + terms.httpPort() + path);
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void itIsHealthyButNotReadyWhileItWaitsForTheCrds() throws IOException, InterruptedException {
    metrics = Metrics.ofThisBuild();
    run(new PingedClientFactory(metrics::watchLost).with(server.adminAt(server.port())).build());
    server.kubectl("create", "namespace", "weft-system");
    server.kubectl("create", "namespace", "weft-agents");
    assertEquals(200, status("/healthz"));
    assertEquals(503, status("/readyz"));
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy/crds").toString());
    await(Duration.ofSeconds(60), () -> status("/readyz") == 200, () -> "it doesn't get ready");
    assertEquals(200, status("/healthz"));
  }

  /** By a clock that is four times as fast, so that a stall is one after 15 s. */
  @Test
  void anElectionThatDoesNotComeRoundIsUnhealthyAndNotReady()
      throws IOException, InterruptedException {
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    // Nobody takes a Lease that says of itself that it was renewed in an hour.
    var ghost =
        server
            .admin()
            .resource(
                new LeaseBuilder()
                    .withNewMetadata()
                    .withNamespace("weft-system")
                    .withName("weft-operator")
                    .endMetadata()
                    .withNewSpec()
                    .withHolderIdentity("another")
                    .withLeaseDurationSeconds(15)
                    .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1))
                    .endSpec()
                    .build());
    ghost.create();
    metrics = new Metrics("test", new Supervision(() -> System.nanoTime() * 4));
    run(
        new PingedClientFactory(metrics::watchLost)
            .with(server.configAt(server.port(), "weft-system", "weft-operator"))
            .build());
    await(Duration.ofSeconds(60), () -> status("/readyz") == 200, () -> "it doesn't get ready");
    await(Duration.ofSeconds(60), () -> status("/healthz") == 503, () -> "it still looks well");
    assertEquals(503, status("/readyz"));
    assertTrue(metrics.text().contains("\nweft_operator_threads_stalled 1\n"), metrics.text());
    ghost.delete();
    await(Duration.ofSeconds(60), () -> status("/healthz") == 200, () -> "it is not well again");
    assertTrue(metrics.text().contains("\nweft_operator_threads_stalled 0\n"), metrics.text());
    await(Duration.ofSeconds(60), () -> status("/readyz") == 200, () -> "it isn't ready again");
  }

  /** Each thread that is watched counts, in whichever part of the operator it is. */
  @Test
  void anyThreadThatIsStuckIsUnhealthyAndNotReady() throws IOException, InterruptedException {
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    metrics = Metrics.ofThisBuild();
    run(
        new PingedClientFactory(metrics::watchLost)
            .with(server.configAt(server.port(), "weft-system", "weft-operator"))
            .build());
    await(Duration.ofSeconds(60), () -> status("/readyz") == 200, () -> "it doesn't get ready");
    var stuck = metrics.threads().watch("made for a test", Duration.ZERO);
    assertEquals(503, status("/healthz"));
    assertEquals(503, status("/readyz"));
    stuck.ended();
    assertEquals(200, status("/healthz"));
    assertEquals(200, status("/readyz"));
  }

  /** Where a proxy refuses WebSockets, watches are plain requests, which can't be pinged. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void watchesThatDiedSilentlyAreNoticed(boolean plain) throws IOException, InterruptedException {
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    metrics = Metrics.ofThisBuild();
    var config = server.configAt(relay.port(), "weft-system", "weft-operator");
    config.setOnlyHttpWatches(plain);
    run(new PingedClientFactory(metrics::watchLost).with(config).build());
    var cloud = new TestCloud(server.admin());
    cloud.threeClouds();
    cloud.mesh(OperatorFixture.MESH);
    await(
        Duration.ofSeconds(60), () -> cloud.published("gcp-2") != null, () -> "nothing published");
    assertTrue(relay.forget() > 0);
    var start = System.nanoTime();
    cloud.mesh(OperatorFixture.peer("late", "192.168.77.0/24"));
    await(
        Duration.ofSeconds(60),
        () -> server.admin().resources(Peer.class).withName("late").get().getStatus() != null,
        () -> "a Peer made after the connections died has no status");
    System.out.printf("noticed after %.1f s%n", (System.nanoTime() - start) / 1e9);
    assertTrue(metrics.text().contains("weft_operator_watches_lost_total "));
    await(Duration.ofSeconds(30), () -> status("/readyz") == 200, () -> "it isn't ready again");
  }
}
