package dev.weft.e2e.cluster;

import dev.weft.e2e.lab.NodeSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cluster holds; kept in its folder, so that every command knows it.
 *
 * @param store folder on disk for what nodes keep over a reboot
 * @param repository where charts and scripts are
 * @param programs the folder of Kubernetes' programs
 * @param helm the binary
 * @param images the folder that each node's containerd starts from
 */
record ClusterInventory(
    ClusterSpec spec,
    List<NodeSpec> nodes,
    Path store,
    Path repository,
    Path programs,
    Path helm,
    Path images) {
  ClusterInventory {
    nodes = List.copyOf(nodes);
  }

  /** The nodes of a specification. */
  static List<NodeSpec> nodes(ClusterSpec spec) {
    var nodes = new ArrayList<NodeSpec>();
    for (var cloud : spec.topology().clouds()) {
      for (int i = 1; i <= cloud.nodes(); i++) {
        nodes.add(new NodeSpec(cloud.name() + "-" + i, cloud.name(), i, nodes.size() + 1));
      }
    }
    return nodes;
  }

  /** The node that runs the control plane. */
  NodeSpec controlPlane() {
    var cloud = spec.topology().controlPlaneCloud().name();
    return nodes.stream().filter(n -> n.cloud().equals(cloud)).findFirst().orElseThrow();
  }

  /** The node of that name. */
  NodeSpec node(String name) {
    return nodes.stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node is named " + name));
  }

  /** A node's folder on disk. */
  Path disk(NodeSpec node) {
    return store.resolve("nodes").resolve(node.name());
  }
}
