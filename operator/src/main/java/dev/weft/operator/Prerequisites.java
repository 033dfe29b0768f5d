package dev.weft.operator;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be there before the informers start: CRDs that were applied a moment ago are answered
 * with 404 or 429 for some seconds, and an informer's start takes no second try.
 */
final class Prerequisites {
  private static final Logger LOG = LoggerFactory.getLogger(Prerequisites.class);
  private static final Duration SAY_AGAIN = Duration.ofSeconds(15);
  private static final List<Class<? extends HasMetadata>> KINDS =
      List.of(WireGuardMesh.class, WireGuardNode.class, NodeReport.class, Peer.class);

  private Prerequisites() {}

  /** Waits until every kind can be listed, and says what it waits for. */
  static void await(KubernetesClient client) throws InterruptedException {
    for (var kind : KINDS) {
      var saidAt = 0L;
      while (true) {
        try {
          client
              .resources(kind)
              .list(new io.fabric8.kubernetes.api.model.ListOptionsBuilder().withLimit(1L).build());
          break;
        } catch (KubernetesClientException e) {
          if (saidAt == 0 || System.nanoTime() - saidAt > SAY_AGAIN.toNanos()) {
            saidAt = System.nanoTime();
            LOG.info(
                "waiting until {} can be listed (HTTP {}); were the manifests of deploy/ applied?",
                kind.getSimpleName(),
                e.getCode());
          }
          TimeUnit.MILLISECONDS.sleep(500);
        }
      }
    }
  }
}
