package dev.weft.e2e.lab;

import java.util.List;
import java.util.stream.Collectors;

/** The Node objects that a kubelet and a cloud controller would register. */
final class NodeObjects {
  private NodeObjects() {}

  /** Registers nodes, addresses included. */
  static void register(Kubectl kubectl, Topology topology, List<NodeSpec> nodes) {
    var specs = nodes.stream().map(n -> spec(topology, n)).collect(Collectors.joining("---\n"));
    kubectl.apply(specs);
    var statuses =
        nodes.stream().map(n -> status(topology, n)).collect(Collectors.joining("---\n"));
    kubectl
        .input(
            statuses,
            "apply",
            "--server-side",
            "--subresource=status",
            "--field-manager=lab-status",
            "-f",
            "-")
        .orThrow();
  }

  private static String spec(Topology topology, NodeSpec node) {
    var range = node.podCIDR(topology);
    return """
        apiVersion: v1
        kind: Node
        metadata:
          name: %1$s
          labels:
            kubernetes.io/hostname: %1$s
            kubernetes.io/os: linux
            topology.kubernetes.io/region: %2$s
        spec:
          podCIDR: %3$s
          podCIDRs: ["%3$s"]
        """
        .formatted(node.name(), node.cloud(), range);
  }

  private static String status(Topology topology, NodeSpec node) {
    var external =
        node.publicAddress(topology)
            .map(a -> "\n  - {type: ExternalIP, address: %s}".formatted(a))
            .orElse("");
    return """
        apiVersion: v1
        kind: Node
        metadata:
          name: %1$s
        status:
          addresses:
          - {type: Hostname, address: %1$s}
          - {type: InternalIP, address: %2$s}%3$s
          conditions:
          - {type: Ready, status: "True", reason: LabReady, message: the lab says so}
        """
        .formatted(node.name(), node.privateAddress(topology), external);
  }
}
