package dev.weft.agent.probe;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tunnels of a node that have an agent at their other end. Pure. */
public final class Targets {
  /**
   * So many tunnels of a node are all watched: a socket and half a packet a second for each. Of
   * more, only those whose silence moves a gateway's role.
   */
  private static final int FEW = 100;

  private Targets() {}

  /** One per WireGuard peer that is a node and has a mesh address of a family of our own. */
  public static List<Target> of(MeshView view, String nodeName, DesiredState desired) {
    var own = view.node(nodeName).map(MeshNode::addresses).orElse(List.of());
    Map<PublicKey, MeshNode> nodes = new HashMap<>();
    view.nodes().forEach(n -> n.devices().forEach(d -> nodes.put(d.publicKey(), n)));
    boolean few = desired.devices().stream().mapToInt(d -> d.peers().size()).sum() <= FEW;
    var replaceable = view.replaceableGateways();
    var targets = new ArrayList<Target>();
    for (var device : desired.devices()) {
      for (var peer : device.peers()) {
        Optional.ofNullable(nodes.get(peer.publicKey()))
            .flatMap(
                n ->
                    pair(own, n.addresses())
                        .map(
                            p ->
                                new Target(
                                    peer.publicKey(),
                                    n.name(),
                                    p.own(),
                                    p.other(),
                                    device.mtu(),
                                    few || replaceable.contains(n.name()))))
            .ifPresent(targets::add);
      }
    }
    return List.copyOf(targets);
  }

  /**
   * The exits by which chosen pods of this node leave the cluster, be they neighbours in the mesh
   * or not.
   *
   * @param deviceMtu bytes that a WireGuard device here carries
   */
  public static List<Target> exits(
      MeshView view, String nodeName, LocalEgress egress, int deviceMtu) {
    if (egress.pods().isEmpty()) {
      return List.of();
    }
    var own = view.node(nodeName).map(MeshNode::addresses).orElse(List.of());
    var topology = new Topology(view);
    var used = egress.pods().stream().map(EgressPod::rule).collect(Collectors.toSet());
    return view.mesh().spec().egress().stream()
        .filter(r -> used.contains(r.name()))
        .flatMap(r -> topology.gateway(r.location()).stream())
        .filter(g -> !g.name().equals(nodeName))
        .distinct()
        .flatMap(
            g ->
                pair(own, g.addresses()).stream()
                    .map(
                        p ->
                            new Target(
                                g.devices().getFirst().publicKey(),
                                g.name(),
                                p.own(),
                                p.other(),
                                deviceMtu,
                                true)))
        .toList();
  }

  private record Pair(IpAddress own, IpAddress other) {}

  private static Optional<Pair> pair(List<IpAddress> own, List<IpAddress> others) {
    for (var mine : own) {
      for (var other : others) {
        if (mine.family() == other.family()) {
          return Optional.of(new Pair(mine, other));
        }
      }
    }
    return Optional.empty();
  }
}
