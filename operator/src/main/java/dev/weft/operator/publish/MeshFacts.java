package dev.weft.operator.publish;

import dev.weft.api.v1alpha1.MeshGatewayStatus;
import dev.weft.api.v1alpha1.MeshLocationStatus;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.mesh.cluster.GatewayStates;
import dev.weft.mesh.plan.gateway.Fate;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What is counted of a mesh. Pure.
 *
 * @param nodes nodes
 * @param ready nodes that have applied the plan
 * @param notReady names of the others
 * @param peers accepted Peers
 * @param locations the first hundred
 * @param silent tunnels, as {@code a-b}, that ought to be alive and are not
 * @param alive tunnels that are
 * @param alone names of the locations with fewer than two gateways that stay
 * @param sharedFates what all gateways of a location have in common, such as its zone, by location
 * @param needsTunnels whether there are nodes that reach each other by tunnels only
 */
record MeshFacts(
    int nodes,
    int ready,
    Set<String> notReady,
    int peers,
    List<MeshLocationStatus> locations,
    Set<String> silent,
    int alive,
    Set<String> alone,
    Map<String, String> sharedFates,
    boolean needsTunnels) {
  private static final int MOST_LOCATIONS = 100;

  /**
   * Counts a mesh.
   *
   * @param reports of all nodes
   * @param heard reports of nodes that are not known to be gone
   * @param fates what fails together with a node, by its name
   */
  static MeshFacts of(
      MeshView view,
      Set<String> readyNodes,
      Map<String, NodeReport> reports,
      Map<String, NodeReportSpec> heard,
      Function<String, Set<String>> fates) {
    var locations = new TreeMap<String, List<MeshNode>>();
    var notReady = new TreeSet<String>();
    var byKey = new HashMap<String, MeshNode>();
    for (var node : view.nodes()) {
      locations.computeIfAbsent(node.location(), l -> new ArrayList<>()).add(node);
      if (!readyNodes.contains(node.name())) {
        notReady.add(node.name());
      }
      node.devices().forEach(device -> byKey.put(device.publicKey().toString(), node));
    }
    var silent = new TreeSet<String>();
    var alive = 0;
    for (var node : view.nodes()) {
      var report = reports.get(node.name());
      if (report == null) {
        continue;
      }
      for (var tunnel : report.getSpec().peers()) {
        var other = byKey.get(tunnel.publicKey());
        if (other == null) {
          continue;
        }
        if (tunnel.handshake().equals("Fresh")) {
          alive++;
        } else if (node.persistentKeepaliveSeconds() > 0 && readyNodes.contains(node.name())) {
          silent.add(node.name() + "-" + other.name());
        }
      }
    }
    var alone = new TreeSet<String>();
    var shared = new TreeMap<String, String>();
    locations.forEach(
        (name, nodes) -> {
          var staying = nodes.stream().filter(n -> Topology.isSpeaker(n) && !n.draining()).toList();
          if (staying.size() < 2) {
            alone.add(name);
          }
          var common = Fate.shared(staying.stream().map(n -> fates.apply(n.name())).toList());
          if (!common.isEmpty()) {
            shared.put(name, String.join(", ", common));
          }
        });
    var states = GatewayStates.of(view, heard);
    return new MeshFacts(
        view.nodes().size(),
        view.nodes().size() - notReady.size(),
        notReady,
        view.peers().size(),
        locations.entrySet().stream()
            .limit(MOST_LOCATIONS)
            .map(
                l -> location(l.getKey(), l.getValue(), states.getOrDefault(l.getKey(), List.of())))
            .toList(),
        silent,
        alive,
        alone,
        shared,
        needsTunnels(view, locations.size()));
  }

  private static boolean needsTunnels(MeshView view, int locations) {
    return (Topology.tunnelsInside(view) ? view.nodes().size() : locations) > 1;
  }

  private static MeshLocationStatus location(
      String name, List<MeshNode> nodes, List<MeshGatewayStatus> states) {
    return new MeshLocationStatus(
        name,
        nodes.size(),
        nodes.stream().filter(Topology::isSpeaker).map(MeshNode::name).sorted().limit(64).toList(),
        states);
  }
}
