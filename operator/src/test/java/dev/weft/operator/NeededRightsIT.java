package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.api.server.Meshes;
import dev.weft.api.server.Rights;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.javaoperatorsdk.operator.OperatorException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The operator through all that it ever does: each verb that it is granted is needed, none that it
 * needs is refused, and without it that very request is.
 */
final class NeededRightsIT extends OperatorFixture {
  /** JOSDK looks whether it may, by a review of its own rules; see the second test. */
  private static final String UNASKED =
      "granted, but never needed: update leases.coordination.k8s.io [weft-operator] in weft-system"
          + " (Role weft-operator-leader)";

  private static final Duration LONG = Duration.ofSeconds(40);

  @Test
  void nothingIsGrantedThatIsNotNeededAndNothingNeededIsRefused()
      throws InterruptedException, IOException {
    stopOperator();
    startOperator("first", true);
    awaitThreeClouds();
    cloud.mesh(peer("office", "192.168.78.0/24"));
    cloud.mesh(peer("thief", "10.42.1.0/24")); // refused, and so an Event
    cloud.mesh(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: tablet}
        spec: {presharedKey: Generate}
        """);
    await(SOON, () -> accepted("office").isPresent(), () -> "office");
    await(SOON, () -> made("weft-system") && made("weft-agents"), () -> "no Secrets are made");
    await(LONG, () -> cloud.published("aws-2").getStatus() != null, () -> "aws-2 isn't judged");
    cloud.renew("gcp-1", Duration.ofSeconds(1)); // runs out: is it, or only the watch?
    // A role moves only while some agent renews.
    try (var _ = cloud.renewing("aws-1")) {
      await(
          LONG,
          () -> cloud.published("gcp-2").getSpec().role() == dev.weft.api.v1alpha1.NodeRole.GATEWAY,
          () -> "gcp-2 is no gateway");
    }
    client.nodes().withName("home-1").delete();
    await(LONG, () -> cloud.published("home-1") == null, () -> "home-1 is still published");
    client.resources(Peer.class).withName("tablet").delete();
    await(SOON, () -> !made("weft-system") && !made("weft-agents"), () -> "Secrets stay");
    Meshes.delete(client, "weft");
    await(
        SOON,
        () -> client.resources(WireGuardNode.class).list().getItems().isEmpty(),
        () -> "still published");
    operator.close(); // gives its Lease away
    var rights = new Rights(client, "weft-system", "weft-operator");
    assertEquals(List.of(UNASKED), rights.judge(server.requests()));
  }

  @Test
  void theOperatorDoesNotStartUnlessItMayUpdateItsLease() {
    stopOperator();
    var rights = new Rights(client, "weft-system", "weft-operator");
    var update =
        rights.all().stream().filter(g -> UNASKED.endsWith(": " + g)).findFirst().orElseThrow();
    rights.withdraw(update);
    try {
      assertThrows(OperatorException.class, () -> startOperator("first", true));
    } finally {
      rights.restore(update);
    }
  }

  private boolean made(String namespace) {
    return !client.secrets().inNamespace(namespace).list().getItems().isEmpty();
  }
}
