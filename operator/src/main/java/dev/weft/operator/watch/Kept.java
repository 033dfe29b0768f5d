package dev.weft.operator.watch;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.operator.observe.ShuttingDown;
import dev.weft.runtime.client.StrippingStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpecBuilder;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.function.UnaryOperator;

/**
 * What the caches keep of each kind. Anyone who may write a Node or a Peer may hang 256 KiB of
 * annotations on it, and a kubelet lists all images of its node.
 */
final class Kept {
  private Kept() {}

  /** Annotations that some plan reads. */
  static boolean isRead(String annotation) {
    return annotation.startsWith("weft.dev/") || annotation.startsWith("kilo.squat.ai/");
  }

  static ItemStore<Node> nodes() {
    return new StrippingStore<>(Kept::isRead, Kept::ofNode);
  }

  static ItemStore<Peer> peers() {
    return new StrippingStore<>(annotation -> false, UnaryOperator.identity());
  }

  /** Of all other kinds: no managed fields, and annotations of Weft's alone. */
  static <T extends HasMetadata> ItemStore<T> others() {
    return new StrippingStore<>(Kept::isRead, UnaryOperator.identity());
  }

  private static Node ofNode(Node node) {
    var spec = node.getSpec();
    if (spec != null) {
      node.setSpec(
          new NodeSpecBuilder()
              .withPodCIDR(spec.getPodCIDR())
              .withPodCIDRs(spec.getPodCIDRs())
              .withUnschedulable(spec.getUnschedulable())
              .build());
    }
    var status = node.getStatus();
    if (status != null) {
      node.setStatus(
          new NodeStatusBuilder()
              .withAddresses(status.getAddresses())
              .withConditions(ShuttingDown.conditions(node))
              .build());
    }
    return node;
  }
}
