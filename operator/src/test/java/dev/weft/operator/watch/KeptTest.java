package dev.weft.operator.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.operator.observe.ShuttingDown;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class KeptTest {
  @Test
  void ofANodeOnlyWhatIsReadIsKept() {
    var store = Kept.nodes();
    var address = new NodeAddress("10.0.0.1", "InternalIP");
    store.put(
        "n",
        new NodeBuilder()
            .withNewMetadata()
            .withName("n")
            .addToLabels("region", "a")
            .addToAnnotations("weft.dev/endpoint", "192.0.2.1:51820")
            .addToAnnotations("kilo.squat.ai/location", "x")
            .addToAnnotations("big", "x".repeat(250_000))
            .addToManagedFields(new ManagedFieldsEntry())
            .endMetadata()
            .withNewSpec()
            .withPodCIDR("10.42.0.0/24")
            .withPodCIDRs("10.42.0.0/24")
            .withProviderID("cloud://n")
            .endSpec()
            .withNewStatus()
            .withAddresses(address)
            .withImages(new ContainerImage(List.of("image"), 1L))
            .endStatus()
            .build());
    var kept = store.get("n");
    assertEquals(
        Map.of("weft.dev/endpoint", "192.0.2.1:51820", "kilo.squat.ai/location", "x"),
        kept.getMetadata().getAnnotations());
    assertTrue(kept.getMetadata().getManagedFields().isEmpty());
    assertEquals(Map.of("region", "a"), kept.getMetadata().getLabels());
    assertEquals(List.of("10.42.0.0/24"), kept.getSpec().getPodCIDRs());
    assertEquals(List.of(address), kept.getStatus().getAddresses());
    assertTrue(kept.getStatus().getImages().isEmpty());
  }

  private static Node ready(String status, String message) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("n")
        .endMetadata()
        .withNewStatus()
        .addNewCondition()
        .withType("MemoryPressure")
        .withStatus("False")
        .endCondition()
        .addNewCondition()
        .withType("Ready")
        .withStatus(status)
        .withMessage(message)
        .withLastHeartbeatTime("2026-01-01T00:00:00Z")
        .endCondition()
        .endStatus()
        .build();
  }

  private static final String SHUTDOWN = "[container runtime is down, node is shutting down]";

  @Test
  void ofConditionsOnlyThatTheNodeShutsDownIsKept() {
    var store = Kept.nodes();
    store.put("n", ready("False", "container runtime is down"));
    assertEquals(List.of(), store.get("n").getStatus().getConditions());
    store.put("n", ready("True", SHUTDOWN));
    assertEquals(List.of(), store.get("n").getStatus().getConditions());
    store.put("n", ready("False", SHUTDOWN));
    assertEquals(1, store.get("n").getStatus().getConditions().size());
    assertTrue(ShuttingDown.is(store.get("n")));
  }

  @Test
  void aNodeThatShutsDownIsAnUpdateThatMattersAndAHeartbeatIsNone() {
    var kept = Kept.nodes();
    kept.put("n", ready("True", "kubelet is posting ready status"));
    assertTrue(NodeFilter.matters(ready("False", SHUTDOWN), kept.get("n")));
    assertFalse(NodeFilter.matters(ready("False", "runtime is down"), kept.get("n")));
  }

  @Test
  void annotationsOfAPeerFillNoHeap() {
    var peer = new Peer();
    peer.setMetadata(
        new ObjectMetaBuilder().withName("p").addToAnnotations("a", "x".repeat(250_000)).build());
    Kept.peers().put("p", peer);
    assertEquals(Map.of(), peer.getMetadata().getAnnotations());
  }
}
