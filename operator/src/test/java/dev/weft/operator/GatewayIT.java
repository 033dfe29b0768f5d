package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeRole;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    // A role moves only while some agent renews: else the fault is on the API server's side.
    try (var _ = cloud.renewing("gcp-1", "home-1")) {
      await(
          Duration.ofSeconds(16),
          () -> cloud.published("aws-2").getSpec().role() == NodeRole.GATEWAY,
          () -> "aws-2 is still a member");
    }
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

  /** As {@code kubectl cordon} and {@code kubectl drain} write it. */
  @Test
  void aCordonedGatewayIsReplacedByANodeThatStays() throws InterruptedException {
    awaitThreeClouds();
    cordon("home-1", true);
    cordon("gcp-1", true);
    await(
        Duration.ofSeconds(30),
        () ->
            cloud.published("gcp-2").getSpec().role() == NodeRole.GATEWAY
                && cloud.published("gcp-1").getSpec().role() == NodeRole.MEMBER,
        () -> "gcp-1 is still the gateway");
    assertEquals(
        NodeRole.GATEWAY, cloud.published("home-1").getSpec().role(), "home has no other node");
    cordon("gcp-1", false);
    cordon("gcp-2", true);
    await(
        Duration.ofSeconds(30),
        () -> cloud.published("gcp-1").getSpec().role() == NodeRole.GATEWAY,
        () -> "gcp-1 is still a member");
  }

  /** As a kubelet with shutdownGracePeriod writes it, before it stops the first pod. */
  @Test
  void aGatewayWhoseKubeletShutsTheNodeDownIsReplaced() throws InterruptedException {
    awaitThreeClouds();
    var node = client.nodes().withName("gcp-1").get();
    node.getStatus()
        .setConditions(
            List.of(
                new NodeConditionBuilder()
                    .withType("Ready")
                    .withStatus("False")
                    .withReason("KubeletNotReady")
                    .withMessage("node is shutting down")
                    .build()));
    client.resource(node).updateStatus();
    await(
        Duration.ofSeconds(30),
        () ->
            cloud.published("gcp-2").getSpec().role() == NodeRole.GATEWAY
                && cloud.published("gcp-1").getSpec().role() == NodeRole.MEMBER,
        () -> "gcp-1 is still the gateway");
  }

  private void cordon(String node, boolean isCordoned) {
    client
        .nodes()
        .withName(node)
        .edit(
            n -> {
              n.getSpec().setUnschedulable(isCordoned);
              return n;
            });
  }

  @Test
  void gatewaysWhoseLeasesRunOutTogetherAreFrozen() throws InterruptedException {
    awaitThreeClouds();
    cloud.renew("aws-1", Duration.ofSeconds(4));
    cloud.renew("gcp-1", Duration.ofSeconds(5));
    await(
        Duration.ofSeconds(20),
        () -> mesh("Failover").filter(c -> c.getReason().equals("Frozen")).isPresent(),
        () -> "mesh: " + mesh("Failover"));
    assertEquals(NodeRole.GATEWAY, cloud.published("aws-1").getSpec().role());
    assertEquals(NodeRole.GATEWAY, cloud.published("gcp-1").getSpec().role());
    // The Lease of gcp-1 lasts for a second longer than that of aws-1.
    await(
        SOON,
        () -> operator.metrics().text().contains("weft_operator_frozen_gateways 2\n"),
        () -> "not two frozen gateways");
    await(
        SOON,
        () -> mesh("Failover").filter(c -> c.getMessage().contains("aws-1, gcp-1")).isPresent(),
        () -> "mesh: " + mesh("Failover"));
    // The Event is recorded once: it names those that are frozen by then.
    awaitEvent("weft", "Frozen", "aws-1");
    await(
        SOON,
        () -> ready("gcp-1").filter(c -> c.getStatus().equals("False")).isPresent(),
        () -> "gcp-1 is frozen, and ready all the same: " + ready("gcp-1"));
  }

  /** The gateway of aws dies, and gcp's way to the API server led through it. */
  @Test
  void aGatewayWhoseDeathSilencesTheOtherLocationIsReplaced() throws InterruptedException {
    awaitThreeClouds();
    for (var name : List.of("aws-1", "gcp-1", "gcp-2", "home-1")) {
      cloud.renew(name, Duration.ofSeconds(6));
    }
    try (var _ = cloud.renewing("aws-2")) {
      await(
          Duration.ofSeconds(25),
          () -> cloud.published("aws-2").getSpec().role() == NodeRole.GATEWAY,
          () -> "aws-2 is still a member");
      assertEquals(NodeRole.GATEWAY, cloud.published("gcp-1").getSpec().role(), "not moved");
    }
  }

  private Optional<Condition> ready(String node) {
    var status = cloud.published(node).getStatus();
    return status == null ? Optional.empty() : condition(status.conditions(), "Ready");
  }
}
