package dev.weft.operator.watch;

import io.fabric8.kubernetes.api.model.Node;

/** Watches Nodes. */
final class NodeWatch extends Watch<Node> {
  NodeWatch(Listener<Node> listener) {
    super(listener);
  }
}
