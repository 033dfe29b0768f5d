package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one node reaches, and how: every prefix of the mesh that is not its own with the first step
 * towards it. A prefix is listed once; who comes first by name keeps it (the operator's vetting
 * leaves no second).
 *
 * @param byPrefix first step by destination
 * @param locations location of each of these prefixes
 * @param sources per speaker's name, what its packets may come from without there being a route:
 *     internal IPs of co-located nodes that are reached without WireGuard
 * @param relays whether tunnels between others pass through this node
 * @param serves whether what others send to nodes of the location may arrive here by a tunnel
 * @param attached Peers that are WireGuard peers of this node
 * @param elsewhere of the destinations, those that other networks may carry as well: internal
 *     addresses and networks of other locations. All others are the mesh's alone
 */
record Reach(
    Map<Prefix, Hop> byPrefix,
    Map<Prefix, String> locations,
    Map<String, List<Prefix>> sources,
    boolean relays,
    boolean serves,
    List<MeshPeer> attached,
    Set<Prefix> elsewhere) {
  static Reach of(MeshView view, Topology topology, MeshNode self) {
    var byPrefix = new LinkedHashMap<Prefix, Hop>();
    var locations = new HashMap<Prefix, String>();
    var sources = new LinkedHashMap<String, List<Prefix>>();
    var attached = new ArrayList<MeshPeer>();
    var elsewhere = new HashSet<Prefix>();
    for (var node : view.nodes()) {
      if (node.name().equals(self.name())) {
        continue;
      }
      boolean sameLocation = node.location().equals(self.location());
      var hop = topology.hop(self, node);
      for (var prefix : own(node)) {
        byPrefix.putIfAbsent(prefix, hop);
        locations.putIfAbsent(prefix, node.location());
      }
      if (!sameLocation) {
        for (var prefix : networks(node)) {
          if (byPrefix.putIfAbsent(prefix, hop) == null) {
            elsewhere.add(prefix);
            locations.putIfAbsent(prefix, node.location());
          }
        }
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
      var attachment = topology.attachment(peer, self);
      var hop =
          attachment
              .map(gateway -> topology.hop(self, gateway))
              .orElseGet(() -> new Hop.None("no gateway to attach Peer " + peer.name() + " to"));
      for (var prefix : peer.allowedIPs()) {
        byPrefix.putIfAbsent(prefix, hop);
        attachment.ifPresent(g -> locations.putIfAbsent(prefix, g.location()));
      }
    }
    return new Reach(
        byPrefix,
        locations,
        sources,
        topology.relays(self),
        topology.serves(self),
        attached,
        elsewhere);
  }

  /** Whether packets of others that arrive by a tunnel leave by another. */
  boolean passesOn() {
    return relays || !attached.isEmpty();
  }

  /** What is a node's alone: its mesh addresses and pods. */
  private static List<Prefix> own(MeshNode node) {
    var prefixes = new ArrayList<Prefix>();
    node.addresses().forEach(a -> prefixes.add(Prefix.host(a)));
    prefixes.addAll(node.podCIDRs());
    return prefixes;
  }

  /** What is reached by way of a node of another location: its internal addresses and networks. */
  private static List<Prefix> networks(MeshNode node) {
    var prefixes = new ArrayList<Prefix>();
    node.meshedIPs().forEach(a -> prefixes.add(Prefix.host(a)));
    prefixes.addAll(node.locationCIDRs());
    return prefixes;
  }
}
