package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What is published and reported that matters when a Lease runs out. Pure.
 *
 * @param gateways nodes that are gateways now
 * @param locations of published nodes
 * @param witnesses what nodes say of each other
 */
record Roles(Set<String> gateways, Map<String, String> locations, TunnelReachability witnesses) {
  static Roles of(Map<String, WireGuardNode> nodes, Map<String, NodeReport> reports) {
    var gateways = new TreeSet<String>();
    var locations = new HashMap<String, String>();
    nodes.forEach(
        (name, node) -> {
          if (node.getSpec() != null) {
            // Two meshes may have locations of one name.
            locations.put(name, node.getSpec().mesh() + "/" + node.getSpec().location());
            if (node.getSpec().role() == NodeRole.GATEWAY) {
              gateways.add(name);
            }
          }
        });
    return new Roles(gateways, locations, TunnelReachability.of(nodes, reports));
  }

  /** Those of the nodes that could stand in for a gateway. */
  Set<String> neighbours(String gateway, Set<String> among) {
    var here = locations.get(gateway);
    return among.stream()
        .filter(n -> !n.equals(gateway) && here != null && here.equals(locations.get(n)))
        .collect(Collectors.toSet());
  }
}
