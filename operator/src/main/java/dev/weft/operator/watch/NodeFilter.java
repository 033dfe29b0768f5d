package dev.weft.operator.watch;

import dev.weft.operator.observe.ShuttingDown;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Objects;

/** Which updates of a Node matter: not its heartbeats, images or most conditions. */
final class NodeFilter {
  private NodeFilter() {}

  static boolean matters(Node now, Node before) {
    return !relevant(now).equals(relevant(before));
  }

  private static List<Object> relevant(Node node) {
    var meta = node.getMetadata();
    var spec = node.getSpec();
    var status = node.getStatus();
    return List.of(
        Objects.requireNonNullElse(meta.getUid(), ""),
        Objects.requireNonNullElse(meta.getLabels(), List.of()),
        Objects.requireNonNullElse(meta.getAnnotations(), List.of()),
        spec == null ? List.of() : Objects.requireNonNullElse(spec.getPodCIDRs(), List.of()),
        spec == null ? "" : Objects.requireNonNullElse(spec.getPodCIDR(), ""),
        spec != null && Boolean.TRUE.equals(spec.getUnschedulable()),
        ShuttingDown.is(node),
        status == null ? List.of() : Objects.requireNonNullElse(status.getAddresses(), List.of()));
  }
}
