package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two gateways in aws and in gcp; agents that read the API server and report what they applied. */
final class DrainIT extends OperatorFixture {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private WireGuardNodeSpec spec(String node) {
    return cloud.published(node).getSpec();
  }

  /** The gateways of aws as the mesh's status has them. */
  private List<String> aws() {
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    return mesh.getStatus().locations().stream()
        .filter(l -> l.name().equals("aws"))
        .flatMap(l -> l.gatewayStates().stream())
        .map(g -> g.node() + " " + g.ordinal() + " " + g.state())
        .toList();
  }

  @Test
  void aGatewayOfTwoLeavesWhenAllAgentsHaveAppliedThatItDrains() throws InterruptedException {
    awaitThreeClouds();
    client
        .resources(WireGuardMesh.class)
        .withName("weft")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"gatewaysPerLocation\":2}}");
    for (var node : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      cloud.reportLanes(node, "", List.of());
    }
    await(
        PATIENCE,
        () -> spec("aws-1").devices().size() == 2 && spec("gcp-2").devices().size() == 2,
        () -> "no lanes: " + spec("aws-1") + spec("gcp-2"));
    assertEquals(1, spec("aws-2").ordinal());
    await(
        PATIENCE,
        () -> {
          new PlayedAgents(client, cloud).apply();
          return aws().equals(List.of("aws-1 0 Ready", "aws-2 1 Ready"));
        },
        () -> "states " + aws());

    client
        .nodes()
        .withName("aws-1")
        .edit(
            n -> {
              n.getSpec().setUnschedulable(true);
              return n;
            });
    awaitEvent(PATIENCE, "aws-1", "Draining", "have applied what is published: ");
    assertEquals(NodeRole.GATEWAY, spec("aws-1").role());
    assertEquals(true, spec("aws-1").draining(), "others leave it");
    assertTrue(spec("aws-2").peerGateway());
    await(
        PATIENCE,
        () -> aws().equals(List.of("aws-1 0 Draining", "aws-2 1 Ready")),
        () -> "states " + aws());

    await(
        PATIENCE,
        () -> {
          new PlayedAgents(client, cloud).apply();
          return spec("aws-1").role() == NodeRole.MEMBER;
        },
        () -> "still a gateway: " + spec("aws-1"));
    awaitEvent(PATIENCE, "weft", "GatewayWithdrawn", "node aws-1 is no longer a gateway");
  }
}
