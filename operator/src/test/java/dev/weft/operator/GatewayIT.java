package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeRole;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which gateways live, by their Leases and annotations. */
final class GatewayIT extends OperatorFixture {
  @Test
  void aGatewayWhoseLeaseRunsOutIsReplacedWithinFifteenSeconds() throws InterruptedException {
    awaitThreeClouds();
    cloud.renew("aws-1", Duration.ofSeconds(10));
    TimeUnit.MILLISECONDS.sleep(500);
    var start = System.nanoTime();
    await(
        Duration.ofSeconds(16),
        () -> cloud.published("aws-2").getSpec().role() == NodeRole.GATEWAY,
        () -> "aws-2 is still a member");
    System.out.printf("replaced after %.1f s%n", (System.nanoTime() - start) / 1e9);
    await(
        SOON,
        () -> cloud.published("aws-1").getSpec().role() == NodeRole.MEMBER,
        () -> "aws-1 is still a gateway");
    cloud.renew("aws-1", Duration.ofHours(1));
    TimeUnit.SECONDS.sleep(2);
    assertEquals(NodeRole.GATEWAY, cloud.published("aws-2").getSpec().role(), "sticky");
  }

  @Test
  void aGatewayCordonedOffByAnnotationIsReplacedAtOnce() throws InterruptedException {
    awaitThreeClouds();
    client
        .nodes()
        .withName("gcp-1")
        .edit(
            n -> {
              n.getMetadata().setAnnotations(new TreeMap<>(Map.of("weft.dev/gateway", "false")));
              return n;
            });
    await(
        Duration.ofSeconds(3),
        () ->
            cloud.published("gcp-2").getSpec().role() == NodeRole.GATEWAY
                && cloud.published("gcp-1").getSpec().role() == NodeRole.MEMBER,
        () -> "gcp-1 is still the gateway");
    awaitEvent("weft", "GatewayChosen", "node gcp-2 is now a gateway of location gcp");
    awaitEvent("weft", "GatewayWithdrawn", "node gcp-1 is no longer a gateway of location gcp");
  }

  @Test
  void gatewaysWhoseLeasesRunOutTogetherAreFrozen() throws InterruptedException {
    awaitThreeClouds();
    cloud.renew("aws-1", Duration.ofSeconds(4));
    cloud.renew("gcp-1", Duration.ofSeconds(5));
    TimeUnit.SECONDS.sleep(12);
    assertEquals(NodeRole.GATEWAY, cloud.published("aws-1").getSpec().role());
    assertEquals(NodeRole.GATEWAY, cloud.published("gcp-1").getSpec().role());
    assertTrue(operator.metrics().text().contains("weft_operator_frozen_gateways 2\n"));
  }
}
