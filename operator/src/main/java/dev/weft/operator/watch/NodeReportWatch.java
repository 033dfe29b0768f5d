package dev.weft.operator.watch;

import dev.weft.api.v1alpha1.NodeReport;

/** Watches agents' reports. */
final class NodeReportWatch extends Watch<NodeReport> {
  NodeReportWatch(Listener<NodeReport> listener) {
    super(listener);
  }
}
