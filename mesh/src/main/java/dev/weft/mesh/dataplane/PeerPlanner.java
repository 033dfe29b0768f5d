package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** WireGuard peers of one device of a node. */
final class PeerPlanner {
  private final MeshNode self;
  private final Lanes lanes;
  private final DeviceId id;
  private final InternalEndpointRule internal;
  private final NodeFacts facts;
  private final NodeSecrets secrets;
  private final Reach reach;
  private final List<Problem> problems;

  PeerPlanner(
      MeshView view,
      Lanes lanes,
      MeshNode self,
      DeviceId id,
      NodeFacts facts,
      NodeSecrets secrets,
      Reach reach,
      List<Problem> problems) {
    this.self = self;
    this.lanes = lanes;
    this.id = id;
    this.internal = new InternalEndpointRule(view, self, facts);
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
              if (hop instanceof Hop.Tunnel(MeshNode first)) {
                for (var speaker : speakers(prefix, first)) {
                  speakers.put(speaker.name(), speaker);
                  allowed.computeIfAbsent(speaker.name(), n -> new ArrayList<>()).add(prefix);
                }
              }
            });
    reach
        .sources()
        .forEach(
            (name, prefixes) ->
                allowed.computeIfAbsent(name, n -> new ArrayList<>()).addAll(prefixes));
    var peers = new ArrayList<DesiredPeer>();
    Set<PublicKey> keys = new HashSet<>();
    keys.add(secrets.keys(id).publicKey()); // WireGuard ignores a peer with the device's own key
    speakers.forEach(
        (name, speaker) -> {
          var device =
              PeerDevice.of(self, speaker)
                  .filter(d -> d.own().equals(id))
                  .map(PeerDevice::remote)
                  .filter(d -> keys.add(d.publicKey()));
          device.ifPresent(d -> peers.add(node(speaker, d, allowed.getOrDefault(name, List.of()))));
        });
    for (var peer : attached()) {
      if (!keys.contains(peer.publicKey())) {
        external(peer, peers, keys);
      }
    }
    return peers;
  }

  /** The nodes through which a prefix is reached by this device. */
  private List<MeshNode> speakers(Prefix prefix, MeshNode first) {
    var location = reach.locations().getOrDefault(prefix, first.location());
    if (!lanes.isActive()) {
      return List.of(first);
    }
    var speaker = lanes.met(self, location).get(id);
    return speaker == null ? List.of() : List.of(speaker);
  }

  /** Peers know one device of their gateway. */
  private List<MeshPeer> attached() {
    return id.equals(DeviceId.DEFAULT) ? reach.attached() : List.of();
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
    var endpoints = new ArrayList<>(resolve(candidates, "WireGuardNode", speaker.name()));
    // One with an endpoint waits for who has none: it is called itself.
    boolean waits = candidates.isEmpty() && self.hasEndpoint();
    var lastResort =
        sameLocation || waits
            ? List.<Endpoint>of()
            : internal.of(speaker).stream()
                .map(a -> Endpoint.of(a, device.listenPort()))
                .filter(e -> !endpoints.contains(e))
                .toList();
    endpoints.addAll(lastResort);
    return new DesiredPeer(
        device.publicKey(),
        endpoints,
        lastResort.size(),
        allowed,
        sameLocation ? 0 : self.persistentKeepaliveSeconds(),
        PresharedKey.NONE);
  }

  /**
   * Where one behind NAT calls another: where others see it; first, if both are seen at one
   * address, at its internal addresses, for most routers don't lead back what their own network
   * sends to their public address. One with an endpoint waits to be called: what nothing can call
   * first, it hears of in time.
   */
  private List<Endpoint> behindNat(MeshNode speaker, MeshDevice device) {
    var own = self.devices().stream().flatMap(d -> observedAddresses(d).stream()).toList();
    if (self.hasEndpoint()) {
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

  /**
   * Addresses of the families that this node has an address of: a name may have both, and a host
   * with one of them can't call the other. Where none is left, all, so that something is tried.
   */
  private List<IpAddress> reachable(List<IpAddress> addresses) {
    var own =
        facts.links().stream()
            .flatMap(l -> l.addresses().stream())
            .map(a -> a.address().family())
            .collect(Collectors.toSet());
    var possible = addresses.stream().filter(a -> own.contains(a.family())).toList();
    return possible.isEmpty() ? addresses : possible;
  }

  private List<Endpoint> resolve(List<Endpoint> candidates, String kind, String name) {
    var resolved = new ArrayList<Endpoint>();
    for (var candidate : candidates) {
      if (candidate.address().isPresent()) {
        resolved.add(candidate);
        continue;
      }
      var addresses = facts.resolvedNames().getOrDefault(candidate.host(), List.of());
      if (addresses.isEmpty()) {
        problems.add(
            Problem.warning(
                kind,
                name,
                "endpoint",
                "EndpointUnresolved",
                "'%s' does not resolve on node %s; correct the name or its DNS"
                    .formatted(candidate.host(), self.name())));
        continue;
      }
      var elsewhere = addresses.stream().filter(a -> SpecialRanges.reserved(a).isEmpty()).toList();
      if (elsewhere.isEmpty()) {
        problems.add(
            Problem.warning(
                kind,
                name,
                "endpoint",
                "EndpointNotAllowed",
                "'%s' leads to %s on node %s, where no other machine is; it is not called. Correct the name, or its DNS"
                    .formatted(candidate.host(), addresses.getFirst(), self.name())));
      } else {
        reachable(elsewhere).forEach(a -> resolved.add(Endpoint.of(a, candidate.port())));
      }
    }
    return resolved.size() < 2 ? List.copyOf(resolved) : resolved.stream().distinct().toList();
  }
}
