package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long the operator takes to publish many nodes, with the heap that is shipped: nodes that
 * join, and a change of the mesh's granularity, which changes each WireGuardNode.
 */
class PublishingSoak {
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final int NODES = 1000;

  @TempDir Path folder;

  @Test
  void thousandNodesJoinAndThenTheGranularityChanges() throws Exception {
    try (var server = ApiServer.start()) {
      server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
      server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
      var admin = server.admin();
      var cloud = new TestCloud(admin);
      cloud.mesh(OperatorFixture.MESH);
      try (var operator = OperatorProcess.start(server, "publishing", folder)) {
        long start = System.nanoTime();
        cloud.manyNodes(NODES);
        System.out.printf("measured: %d nodes created within %d ms%n", NODES, millis(start));
        await(PATIENCE, () -> published(admin, node -> true) == NODES, operator::log);
        System.out.printf(
            "measured: all %d are published %d ms after the first was created%n",
            NODES, millis(start));

        start = System.nanoTime();
        admin
            .resources(WireGuardMesh.class)
            .withName("weft")
            .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"granularity\":\"Full\"}}");
        await(
            PATIENCE,
            () -> published(admin, node -> node.getSpec().role() == NodeRole.GATEWAY) == NODES,
            operator::log);
        System.out.printf(
            "measured: granularity Location to Full, all %d published after %d ms%n",
            NODES, millis(start));
        assertTrue(operator.isAlive(), operator::log);
        assertFalse(operator.log().contains("OutOfMemoryError"), operator::log);
      }
    }
  }

  private static long published(KubernetesClient admin, Predicate<WireGuardNode> as) {
    return admin.resources(WireGuardNode.class).list().getItems().stream().filter(as).count();
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}
