package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.operator.http.Metrics;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who leads, and what an outage of the API server does. */
final class LeadershipIT extends OperatorFixture {
  @Test
  void aSecondOperatorStandsBy() throws InterruptedException, IOException {
    stopOperator();
    startOperator("first", true);
    var first = operator;
    var firstClient = operatorClient;
    awaitThreeClouds();
    startOperatorInBackground();
    TimeUnit.SECONDS.sleep(4);
    assertEquals(0, operator.metrics().writes());
    first.close();
    firstClient.close();
    cloud.mesh(peer("late", "192.168.78.0/24"));
    await(
        Duration.ofSeconds(30),
        () -> accepted("late").isPresent(),
        () -> "the second did not take over");
  }

  private void startOperatorInBackground() throws IOException {
    operatorClient = server.as("weft-system", "weft-operator");
    operator =
        new WeftOperator(
            operatorClient, OperatorFixture.settings("second", true), Metrics.ofThisBuild());
    var second = operator;
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                second.start();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  void anApiServerThatGoesAwayChangesNothing() throws InterruptedException, IOException {
    stopOperator();
    operatorClient = server.as("weft-system", "weft-operator");
    var terms =
        new OperatorTerms(
            operatorClient, OperatorFixture.settings("only", true), Metrics.ofThisBuild());
    var runner = Thread.ofPlatform().start(() -> run(terms));
    try (var renewals = Executors.newSingleThreadScheduledExecutor()) {
      awaitThreeClouds();
      var renewing = renewals.scheduleWithFixedDelay(this::renewGateways, 0, 3, TimeUnit.SECONDS);
      TimeUnit.SECONDS.sleep(2);
      server.fail();
      TimeUnit.SECONDS.sleep(20);
      server.recover();
      cloud.mesh(peer("after", "192.168.79.0/24"));
      var start = System.nanoTime();
      await(
          Duration.ofSeconds(60),
          () -> accepted("after").isPresent(),
          () -> "the operator did not come back");
      System.out.printf("works again %.1f s after%n", (System.nanoTime() - start) / 1e9);
      TimeUnit.SECONDS.sleep(15);
      assertEquals(NodeRole.GATEWAY, cloud.published("aws-1").getSpec().role());
      assertEquals(NodeRole.GATEWAY, cloud.published("gcp-1").getSpec().role());
      assertEquals(NodeRole.MEMBER, cloud.published("gcp-2").getSpec().role());
      renewing.cancel(true);
    } finally {
      terms.close();
      runner.join();
      operatorClient.close();
      startOperator();
    }
  }

  private void renewGateways() {
    try {
      cloud.renew("aws-1", Duration.ofSeconds(10));
      cloud.renew("gcp-1", Duration.ofSeconds(10));
    } catch (KubernetesClientException e) {
      // the API server is away; the next renewal is in 3 s
    }
  }

  private static void run(OperatorTerms terms) {
    try {
      terms.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
