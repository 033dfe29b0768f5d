package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Addresses, prefixes, MTU, endpoints. */
final class NetworkChecks {
  private NetworkChecks() {}

  static void check(ClusterState state, MeshView view, List<Fault> faults) {
    var inputs =
        state.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    var plans = NodePlans.of(view, inputs, new ArrayList<>());
    ExitChecks.check(state, view, plans, faults);
    for (var plan : plans) {
      mtu(view.mesh().name(), view.mesh().spec().device().mtu() != null, plan, faults);
      links(view, plan, faults);
    }
    endpoints(view, faults);
    gateways(state, view, faults);
    pods(state, view, faults);
  }

  private static void mtu(String mesh, boolean asked, PlannedNode plan, List<Fault> faults) {
    int device = plan.state().widestDevice();
    var narrow = plan.tooNarrow();
    if (narrow.isEmpty()) {
      return;
    }
    var link = narrow.get();
    faults.add(
        asked
            ? new Fault(
                "MTUTooLarge",
                object(plan),
                "its tunnels have MTU %d; with WireGuard's %d bytes they don't fit into %s's %d: large packets are lost"
                    .formatted(device, PlannedNode.OVERHEAD, link.name(), link.mtu()),
                "kubectl patch wgm %s --type merge -p '{\"spec\":{\"device\":{\"mtu\":%d}}}'"
                    .formatted(mesh, link.mtu() - PlannedNode.OVERHEAD))
            : new Fault(
                "LinkTooNarrow",
                object(plan),
                "link %s carries %d bytes; less than the %d that IPv6 needs are left in a tunnel"
                    .formatted(link.name(), link.mtu(), device),
                "on %s: ip link set %s mtu 1500, if its network carries that"
                    .formatted(plan.node().name(), link.name())));
  }

  private static void links(MeshView view, PlannedNode plan, List<Fault> faults) {
    var ranges = new HashMap<Prefix, String>();
    view.mesh().addresses().forEach(p -> ranges.put(p, "mesh address range"));
    view.mesh().podCIDRs().forEach(p -> ranges.put(p, "pod range"));
    view.mesh().serviceCIDRs().forEach(p -> ranges.put(p, "service range"));
    for (var link : plan.links()) {
      for (var address : link.addresses()) {
        var network = address.network();
        boolean ownPods = plan.node().podCIDRs().stream().anyMatch(p -> p.contains(network));
        for (var range : ranges.entrySet()) {
          if (!ownPods && !network.isHost() && network.overlaps(range.getKey())) {
            faults.add(
                new Fault(
                    "LinkOverlapsMesh",
                    object(plan),
                    "its link %s has %s, which overlaps %s, the %s"
                        .formatted(link.name(), network, range.getKey(), range.getValue()),
                    "give the mesh another range before it has nodes, or that network another prefix"));
          }
        }
      }
    }
  }

  private static void endpoints(MeshView view, List<Fault> faults) {
    Map<String, String> byEndpoint = new HashMap<>();
    for (var node : view.nodes()) {
      for (var device : node.devices()) {
        for (var endpoint : device.endpoints()) {
          var other = byEndpoint.putIfAbsent(endpoint.toString(), node.name());
          if (other != null) {
            faults.add(
                new Fault(
                    "SameEndpoint",
                    "Node/" + node.name(),
                    "has the endpoint %s of node %s: calls reach only one of them"
                        .formatted(endpoint, other),
                    "kubectl annotate node %s weft.dev/listen-port=51821, and forward that port to it"
                        .formatted(node.name())));
          }
          boolean isPrivate = endpoint.address().filter(a -> !a.isGloballyRoutable()).isPresent();
          boolean elsewhere =
              view.nodes().stream().anyMatch(n -> !n.location().equals(node.location()));
          if (isPrivate && elsewhere && !isDocumentation(endpoint.host())) {
            faults.add(
                new Fault(
                    "PrivateEndpoint",
                    "Node/" + node.name(),
                    "its endpoint %s can't be called from other locations".formatted(endpoint),
                    "kubectl annotate --overwrite node %s weft.dev/endpoint=PUBLIC-ADDRESS:%d"
                        .formatted(node.name(), endpoint.port())));
          }
        }
      }
    }
  }

  /** Documentation prefixes stand for public ones, in examples and in the lab. */
  private static boolean isDocumentation(String host) {
    return host.startsWith("192.0.2.")
        || host.startsWith("198.51.100.")
        || host.startsWith("203.0.113.")
        || host.startsWith("2001:db8:");
  }

  /**
   * Where internal addresses are all that can be called, a handshake shows that they lead there.
   */
  private static boolean canMeet(
      ClusterState state, Topology topology, MeshNode one, MeshNode other) {
    return switch (topology.hop(one, other)) {
      case Hop.None none -> false;
      case Hop.Tunnel(MeshNode speaker) when topology.meetsInside(one, speaker) ->
          isFresh(state, one, speaker) || isFresh(state, speaker, one);
      case Hop hop -> true;
    };
  }

  private static boolean isFresh(ClusterState state, MeshNode at, MeshNode of) {
    return of.devices().stream()
        .anyMatch(d -> state.handshake(at.name(), d.publicKey().text()).equals("Fresh"));
  }

  private static void gateways(ClusterState state, MeshView view, List<Fault> faults) {
    var topology = new Topology(view);
    var locations = new TreeSet<String>();
    view.nodes().forEach(n -> locations.add(n.location()));
    for (var location : locations) {
      if (topology.gateway(location).isEmpty()) {
        faults.add(
            new Fault(
                "NoGateway",
                "location " + location,
                "none of its nodes is a gateway: nothing beyond it is reached",
                "kubectl annotate node NODE weft.dev/gateway=true; are its agents running?"));
      }
    }
    for (var from : locations) {
      for (var to : locations) {
        var a = topology.gateway(from);
        var b = topology.gateway(to);
        if (from.compareTo(to) < 0
            && a.isPresent()
            && b.isPresent()
            && !canMeet(state, topology, a.get(), b.get())) {
          faults.add(
              new Fault(
                  "CannotMeet",
                  "locations %s, %s".formatted(from, to),
                  "gateways %s and %s have private addresses alone, and neither can call the other"
                      .formatted(a.get().name(), b.get().name()),
                  "forward a UDP port to one of them: kubectl annotate node %s weft.dev/endpoint=HOST:PORT"
                      .formatted(a.get().name())));
        }
      }
    }
  }

  private static void pods(ClusterState state, MeshView view, List<Fault> faults) {
    if (view.mesh().spec().besideOtherCni()) {
      return;
    }
    for (var pod : state.pods()) {
      var node = view.node(pod.node());
      if (node.isEmpty() || pod.hostNetwork()) {
        continue;
      }
      for (var address : pod.addresses()) {
        if (node.get().podCIDRs().stream().noneMatch(p -> p.contains(address))) {
          faults.add(
              new Fault(
                  "PodOutsidePodCIDR",
                  "Pod/" + pod.fullName(),
                  "%s is not of node %s's pod CIDRs: another CNI has attached it"
                      .formatted(address, pod.node()),
                  "on %s: ls /etc/cni/net.d (10-weft.conflist has to be first); then kubectl -n %s delete pod %s"
                      .formatted(pod.node(), pod.namespace(), pod.name())));
        }
      }
    }
  }

  private static String object(PlannedNode plan) {
    return "Node/" + plan.node().name();
  }
}
