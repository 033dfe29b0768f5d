package dev.weft.mesh.topology;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The live gateways of each location by their ordinal. Of two with the same ordinal, as while the
 * role moves, the one that Peers are attached to counts, then the first by name.
 *
 * @param byLocation gateways by ordinal, by location
 * @param isActive whether a location has a gateway of an ordinal above 0; if not, the mesh has one
 *     gateway per location and no lane but the first
 */
public record Lanes(Map<String, SortedMap<Integer, MeshNode>> byLocation, boolean isActive) {
  static Lanes of(MeshView view) {
    var byLocation = new TreeMap<String, SortedMap<Integer, MeshNode>>();
    if (view.mesh().spec().granularity() != Granularity.LOCATION) {
      return new Lanes(byLocation, false);
    }
    view.nodes().stream()
        .filter(Topology::isSpeaker)
        .sorted(
            Comparator.comparing((MeshNode n) -> !n.peerGateway()).thenComparing(MeshNode::name))
        .forEach(
            n ->
                byLocation
                    .computeIfAbsent(n.location(), l -> new TreeMap<>())
                    .putIfAbsent(n.ordinal(), n));
    boolean active = byLocation.values().stream().anyMatch(g -> g.lastKey() > 0);
    return new Lanes(byLocation, active);
  }

  /** The highest ordinal of a gateway of the mesh: each node may need a device for each. */
  public static int highestOrdinal(MeshView view) {
    return view.mesh().spec().granularity() == Granularity.LOCATION
        ? view.nodes().stream().mapToInt(MeshNode::ordinal).max().orElse(0)
        : 0;
  }

  /** The gateways of a location by ordinal. */
  public SortedMap<Integer, MeshNode> gateways(String location) {
    return byLocation.getOrDefault(location, Collections.emptySortedMap());
  }

  /** Whether a node is the gateway of its ordinal. */
  public boolean has(MeshNode node) {
    var gateway = gateways(node.location()).get(node.ordinal());
    return gateway != null && gateway.name().equals(node.name());
  }

  /**
   * The gateways of another location with which a gateway shares a lane, by the own device. Both
   * devices by which two gateways meet have to be published.
   */
  public SortedMap<DeviceId, MeshNode> met(MeshNode gateway, String location) {
    var met = new TreeMap<DeviceId, MeshNode>();
    if (has(gateway) && !gateway.location().equals(location)) {
      for (var other : gateways(location).values()) {
        if (PeerDevice.of(other, gateway).isPresent()) {
          PeerDevice.of(gateway, other).ifPresent(d -> met.put(d.own(), other));
        }
      }
    }
    return met;
  }

  /** The other gateways of a node's location, by ordinal. */
  public List<MeshNode> besides(MeshNode node) {
    return gateways(node.location()).values().stream()
        .filter(g -> !g.name().equals(node.name()))
        .toList();
  }

  /** Names of the gateways that are to be left. */
  public Set<String> draining() {
    return byLocation.values().stream()
        .flatMap(gateways -> gateways.values().stream())
        .filter(MeshNode::draining)
        .map(MeshNode::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a node is a gateway beside others of its location. */
  public boolean isOneOfSeveral(MeshNode node) {
    return isActive && has(node) && !besides(node).isEmpty();
  }

  /** The devices of a node: that of lane 0, and on a gateway those by which it meets others. */
  public SortedSet<DeviceId> devices(MeshNode node) {
    var devices = new TreeSet<DeviceId>();
    devices.add(DeviceId.DEFAULT);
    if (isActive) {
      byLocation.keySet().forEach(location -> devices.addAll(met(node, location).keySet()));
    }
    return devices;
  }
}
