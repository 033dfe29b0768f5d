package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.List;

/** What belongs to a node's own side: the cluster and the node's location. */
final class OwnSide {
  private OwnSide() {}

  /**
   * The mesh's addresses, pod and service ranges, pod CIDRs of all nodes, and of the nodes of the
   * own location the internal addresses and the location CIDRs. Not aggregated.
   */
  static List<Prefix> ranges(MeshView view, MeshNode self) {
    var ranges = new ArrayList<>(view.mesh().addresses());
    ranges.addAll(view.mesh().podCIDRs());
    ranges.addAll(view.mesh().serviceCIDRs());
    for (var node : view.nodes()) {
      ranges.addAll(node.podCIDRs());
      if (node.location().equals(self.location())) {
        node.internalIPs().forEach(a -> ranges.add(Prefix.host(a)));
        ranges.addAll(node.locationCIDRs());
      }
    }
    return List.copyOf(ranges);
  }
}
