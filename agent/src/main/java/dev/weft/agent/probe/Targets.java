package dev.weft.agent.probe;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    var met = met(view, nodeName);
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
                                    device.idOf(peer),
                                    n.name(),
                                    p.own(),
                                    p.other(),
                                    device.mtu(),
                                    few || replaceable.contains(n.name()) || met.contains(n.name()),
                                    met.contains(n.name()) ? Pace.QUICK : Pace.CALM,
                                    false)))
            .ifPresent(targets::add);
      }
    }
    return List.copyOf(targets);
  }

  /**
   * The exits by which chosen pods of this node leave the cluster, be they neighbours in the mesh
   * or not.
   *
   * @param desired has the own devices, by which the exits are reached
   */
  public static List<Target> exits(
      MeshView view, String nodeName, LocalEgress egress, DesiredState desired) {
    var self = view.node(nodeName);
    if (egress.pods().isEmpty() || self.isEmpty()) {
      return List.of();
    }
    var topology = new Topology(view);
    var used = egress.pods().stream().map(EgressPod::rule).collect(Collectors.toSet());
    return view.mesh().spec().egress().stream()
        .filter(r -> used.contains(r.name()))
        .flatMap(r -> topology.gateway(r.location()).stream())
        .filter(g -> !g.name().equals(nodeName))
        .distinct()
        .flatMap(g -> to(self.get(), g, desired, Pace.CALM, false).stream())
        .toList();
  }

  /** By the mesh addresses, whatever leads there: a neighbour is no peer of a device. */
  private static Optional<Target> to(
      MeshNode self, MeshNode gateway, DesiredState desired, Pace pace, boolean isNear) {
    var met = PeerDevice.of(self, gateway).filter(d -> desired.device(d.own()).isPresent());
    var own = desired.device(met.map(PeerDevice::own).orElse(DeviceId.DEFAULT));
    var key =
        met.map(PeerDevice::remote)
            .or(() -> gateway.device(DeviceId.DEFAULT.lane()))
            .map(MeshDevice::publicKey);
    if (own.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return pair(self.addresses(), gateway.addresses())
        .map(
            p ->
                new Target(
                    new PeerId(own.get().name(), key.get()),
                    gateway.name(),
                    p.own(),
                    p.other(),
                    own.get().mtu(),
                    true,
                    pace,
                    isNear));
  }

  /** Gateways of other locations that a gateway meets by lanes, where a location has several. */
  private static Set<String> met(MeshView view, String nodeName) {
    var self = view.node(nodeName);
    if (self.isEmpty() || Lanes.highestOrdinal(view) == 0) {
      return Set.of();
    }
    var lanes = new Topology(view).lanes();
    return lanes.byLocation().keySet().stream()
        .flatMap(location -> lanes.met(self.get(), location).values().stream())
        .map(MeshNode::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The other gateways of the node's location, where a location of the mesh has several. */
  public static List<Target> near(MeshView view, String nodeName, DesiredState desired) {
    var self = view.node(nodeName);
    if (self.isEmpty() || Lanes.highestOrdinal(view) == 0) {
      return List.of();
    }
    return new Topology(view)
        .lanes().besides(self.get()).stream()
            .flatMap(g -> to(self.get(), g, desired, Pace.QUICK, true).stream())
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
