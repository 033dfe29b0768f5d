package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.NodePlans;
import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node has to be asked, for its mesh.
 *
 * @param devices names of the WireGuard devices
 * @param tables routing tables of Weft
 * @param endpoints that others publish, and Peers have
 * @param echoes other ends of its tunnels
 */
public record HostQuestions(
    List<String> devices, List<Integer> tables, List<Endpoint> endpoints, List<EchoTarget> echoes) {
  /**
   * Somebody at the other end of a tunnel.
   *
   * @param node name
   * @param address mesh address
   * @param mtu of the tunnel, in bytes
   */
  public record EchoTarget(String node, IpAddress address, int mtu) {}

  public HostQuestions {
    devices = List.copyOf(devices);
    tables = List.copyOf(tables);
    endpoints = List.copyOf(endpoints);
    echoes = List.copyOf(echoes);
  }

  /** Those for a node; empty if it is of no mesh that is in force. */
  public static Optional<HostQuestions> of(ClusterState state, String node) {
    return state.views().stream().flatMap(v -> of(state, v, node).stream()).findFirst();
  }

  private static Optional<HostQuestions> of(ClusterState state, MeshView view, String node) {
    var inputs =
        state.snapshot().nodes().stream().collect(Collectors.toMap(NodeInput::name, n -> n));
    return NodePlans.of(view, inputs, new ArrayList<>()).stream()
        .filter(p -> p.node().name().equals(node))
        .findFirst()
        .map(
            plan -> {
              var tables = new TreeSet<Integer>();
              plan.state().routes().forEach(r -> tables.add(r.table()));
              return new HostQuestions(
                  plan.state().devices().stream().map(DesiredDevice::name).toList(),
                  List.copyOf(tables),
                  endpoints(view, node),
                  tunnels(view, plan.node()).stream()
                      .flatMap(other -> echo(plan, other).stream())
                      .toList());
            });
  }

  private static List<Endpoint> endpoints(MeshView view, String self) {
    return Stream.concat(
            view.nodes().stream()
                .filter(n -> !n.name().equals(self))
                .flatMap(n -> n.devices().stream())
                .flatMap(d -> d.endpoints().stream().limit(1)),
            view.peers().stream().flatMap(p -> p.endpoints().stream()))
        .distinct()
        .toList();
  }

  /** Nodes at the other ends of a node's tunnels. */
  static List<MeshNode> tunnels(MeshView view, MeshNode node) {
    var topology = new Topology(view);
    return Topology.isSpeaker(node)
        ? view.nodes().stream()
            .filter(n -> !n.name().equals(node.name()) && Topology.isSpeaker(n))
            .filter(
                n ->
                    topology.hop(node, n) instanceof Hop.Tunnel tunnel
                        && tunnel.speaker().name().equals(n.name()))
            .toList()
        : List.of();
  }

  private static Optional<EchoTarget> echo(PlannedNode plan, MeshNode other) {
    return PeerDevice.of(plan.node(), other)
        .flatMap(d -> plan.state().device(d.own()))
        .flatMap(d -> echo(plan.node(), other, d.mtu()));
  }

  private static Optional<EchoTarget> echo(MeshNode self, MeshNode other, int mtu) {
    return other.addresses().stream()
        .filter(a -> self.addresses().stream().anyMatch(own -> own.family() == a.family()))
        .min((a, b) -> Boolean.compare(a.family() == Family.IPV6, b.family() == Family.IPV6))
        .map(a -> new EchoTarget(other.name(), a, mtu));
  }
}
