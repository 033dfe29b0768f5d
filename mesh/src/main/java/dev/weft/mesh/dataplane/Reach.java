package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one node reaches, and how: every prefix of the mesh that is not its own with the first step
 * towards it. A prefix is listed once; who comes first by name keeps it (the operator's vetting
 * leaves no second).
 *
 * @param byPrefix first step by destination
 * @param sources per speaker's name, what its packets may come from without there being a route:
 *     internal IPs of co-located nodes that are reached without WireGuard
 * @param relays whether tunnels between others pass through this node
 * @param serves whether what others send to nodes of the location may arrive here by a tunnel
 * @param attached Peers that are WireGuard peers of this node
 */
record Reach(
    Map<Prefix, Hop> byPrefix,
    Map<String, List<Prefix>> sources,
    boolean relays,
    boolean serves,
    List<MeshPeer> attached) {
  static Reach of(MeshView view, Topology topology, MeshNode self) {
    var byPrefix = new LinkedHashMap<Prefix, Hop>();
    var sources = new LinkedHashMap<String, List<Prefix>>();
    var attached = new ArrayList<MeshPeer>();
    for (var node : view.nodes()) {
      if (node.name().equals(self.name())) {
        continue;
      }
      boolean sameLocation = node.location().equals(self.location());
      var hop = topology.hop(self, node);
      for (var prefix : prefixes(node, sameLocation)) {
        byPrefix.putIfAbsent(prefix, hop);
      }
      if (sameLocation && hop instanceof Hop.Tunnel tunnel) {
        var internal = sources.computeIfAbsent(tunnel.speaker().name(), n -> new ArrayList<>());
        node.internalIPs().forEach(a -> internal.add(Prefix.host(a)));
      }
    }
    for (var peer : view.peers()) {
      if (topology.isAttached(peer, self)) {
        attached.add(peer);
        continue;
      }
      var hop =
          topology
              .attachment(peer, self)
              .map(gateway -> topology.hop(self, gateway))
              .orElseGet(() -> new Hop.None("no gateway to attach Peer " + peer.name() + " to"));
      peer.allowedIPs().forEach(prefix -> byPrefix.putIfAbsent(prefix, hop));
    }
    return new Reach(byPrefix, sources, topology.relays(self), topology.serves(self), attached);
  }

  /** Whether packets of others that arrive by a tunnel leave by another. */
  boolean passesOn() {
    return relays || !attached.isEmpty();
  }

  private static List<Prefix> prefixes(MeshNode node, boolean sameLocation) {
    var prefixes = new ArrayList<Prefix>();
    node.addresses().forEach(a -> prefixes.add(Prefix.host(a)));
    prefixes.addAll(node.podCIDRs());
    if (!sameLocation) {
      node.meshedIPs().forEach(a -> prefixes.add(Prefix.host(a)));
      prefixes.addAll(node.locationCIDRs());
    }
    return prefixes;
  }
}
