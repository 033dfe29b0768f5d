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
    // Not applied: for server-side apply, addresses are distinguished by their type alone.
    for (var node : nodes) {
      kubectl
          .run(
              "patch",
              "node",
              node.name(),
              "--subresource=status",
              "--type=merge",
              "-p",
              status(topology, node))
          .orThrow();
    }
  }

  private static String spec(Topology topology, NodeSpec node) {
    var ranges = node.podCIDRs(topology);
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
          podCIDR: "%3$s"
          podCIDRs: [%4$s]
        """
        .formatted(
            node.name(),
            node.cloud(),
            ranges.getFirst(),
            ranges.stream().map(r -> "\"" + r + "\"").collect(Collectors.joining(", ")));
  }

  private static String status(Topology topology, NodeSpec node) {
    var addresses = new StringBuilder();
    node.internalAddresses(topology).forEach(a -> addresses.append(address("InternalIP", a)));
    node.externalAddresses(topology).forEach(a -> addresses.append(address("ExternalIP", a)));
    return """
        status:
          addresses:
          - {type: Hostname, address: %1$s}
        %2$s  conditions:
          - {type: Ready, status: "True", reason: LabReady, message: the lab says so}
        """
        .formatted(node.name(), addresses);
  }

  private static String address(String type, String address) {
    return "  - {type: %s, address: \"%s\"}\n".formatted(type, address);
  }
}
