package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** WireGuard peers of one node. */
final class PeerPlanner {
  private final MeshNode self;
  private final NodeFacts facts;
  private final NodeSecrets secrets;
  private final Reach reach;
  private final List<Problem> problems;

  PeerPlanner(
      MeshNode self, NodeFacts facts, NodeSecrets secrets, Reach reach, List<Problem> problems) {
    this.self = self;
    this.facts = facts;
    this.secrets = secrets;
    this.reach = reach;
    this.problems = problems;
  }

  List<DesiredPeer> plan() {
    Map<String, MeshNode> speakers = new LinkedHashMap<>();
    Map<String, List<Prefix>> allowed = new LinkedHashMap<>();
    reach
        .byPrefix()
        .forEach(
            (prefix, hop) -> {
              if (hop instanceof Hop.Tunnel(MeshNode speaker)) {
                speakers.put(speaker.name(), speaker);
                allowed.computeIfAbsent(speaker.name(), n -> new ArrayList<>()).add(prefix);
              }
            });
    reach
        .sources()
        .forEach(
            (name, prefixes) ->
                allowed.computeIfAbsent(name, n -> new ArrayList<>()).addAll(prefixes));
    var peers = new ArrayList<DesiredPeer>();
    Set<PublicKey> keys = new HashSet<>();
    keys.add(secrets.publicKey()); // WireGuard ignores a peer with the device's own key
    speakers.forEach(
        (name, speaker) -> {
          var device = speaker.devices().getFirst();
          if (keys.add(device.publicKey())) {
            peers.add(node(speaker, device, allowed.getOrDefault(name, List.of())));
          }
        });
    for (var peer : reach.attached()) {
      if (!keys.contains(peer.publicKey())) {
        external(peer, peers, keys);
      }
    }
    return peers;
  }

  private DesiredPeer node(MeshNode speaker, MeshDevice device, List<Prefix> allowed) {
    boolean sameLocation = speaker.location().equals(self.location());
    var candidates = new ArrayList<Endpoint>();
    if (sameLocation) {
      speaker.internalIPs().forEach(a -> candidates.add(Endpoint.of(a, device.listenPort())));
    }
    candidates.addAll(device.endpoints());
    if (!sameLocation && candidates.isEmpty()) {
      candidates.addAll(behindNat(speaker, device));
    }
    return new DesiredPeer(
        device.publicKey(),
        resolve(candidates, "WireGuardNode", speaker.name()),
        allowed,
        sameLocation ? 0 : self.persistentKeepaliveSeconds(),
        PresharedKey.NONE);
  }

  /**
   * Where one behind NAT calls another: where others see it; first, if both are seen at one
   * address, at its internal addresses, for most routers don't lead back what their own network
   * sends to their public address. One with an endpoint waits to be called: whom nobody can call
   * first, it hears of in time.
   */
  private List<Endpoint> behindNat(MeshNode speaker, MeshDevice device) {
    var own = self.devices().stream().flatMap(d -> observedAddresses(d).stream()).toList();
    if (self.devices().stream().anyMatch(d -> !d.endpoints().isEmpty())) {
      return List.of();
    }
    var candidates = new ArrayList<Endpoint>();
    if (observedAddresses(device).stream().anyMatch(own::contains)) {
      speaker.internalIPs().forEach(a -> candidates.add(Endpoint.of(a, device.listenPort())));
    }
    candidates.addAll(device.observedEndpoints());
    return candidates;
  }

  private static List<IpAddress> observedAddresses(MeshDevice device) {
    return device.observedEndpoints().stream().flatMap(e -> e.address().stream()).toList();
  }

  private void external(MeshPeer peer, List<DesiredPeer> peers, Set<PublicKey> keys) {
    var presharedKey = PresharedKey.NONE;
    if (!peer.presharedKeySecret().isEmpty()) {
      var found = secrets.presharedKeys().get(peer.presharedKeySecret());
      if (found == null) {
        // Without its preshared key the tunnel would come up weaker than asked for.
        problems.add(
            Problem.error(
                "Peer",
                peer.name(),
                "spec.presharedKeySecretRef.name",
                "PresharedKeyMissing",
                "Secret '%s' with the key 'presharedKey' is not in the agents' namespace; create it there, the peer is left out until then"
                    .formatted(peer.presharedKeySecret())));
        return;
      }
      presharedKey = found;
    }
    keys.add(peer.publicKey());
    peers.add(
        new DesiredPeer(
            peer.publicKey(),
            resolve(peer.endpoints(), "Peer", peer.name()),
            peer.allowedIPs(),
            peer.persistentKeepaliveSeconds(),
            presharedKey));
  }

  private List<Endpoint> resolve(List<Endpoint> candidates, String kind, String name) {
    var resolved = new ArrayList<Endpoint>();
    for (var candidate : candidates) {
      if (candidate.address().isPresent()) {
        resolved.add(candidate);
        continue;
      }
      var address = facts.resolvedNames().get(candidate.host());
      if (address == null) {
        problems.add(
            Problem.warning(
                kind,
                name,
                "endpoint",
                "EndpointUnresolved",
                "'%s' does not resolve on node %s; correct the name or its DNS"
                    .formatted(candidate.host(), self.name())));
      } else {
        resolved.add(Endpoint.of(address, candidate.port()));
      }
    }
    return resolved.size() < 2 ? List.copyOf(resolved) : resolved.stream().distinct().toList();
  }
}
