package dev.weft.agent.view;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one mesh as put into effect; what a checkpoint keeps.
 *
 * @param mesh name of the WireGuardMesh
 * @param effective its status.effective
 * @param nodes spec of each of its WireGuardNodes, by name
 * @param peers status.effective of each of its Peers, by name
 */
public record PublishedMesh(
    String mesh,
    WireGuardMeshSpec effective,
    SortedMap<String, WireGuardNodeSpec> nodes,
    SortedMap<String, EffectivePeer> peers) {
  public PublishedMesh {
    nodes = new TreeMap<>(nodes);
    peers = new TreeMap<>(peers);
  }

  /** The objects of that mesh among all. */
  static PublishedMesh of(String mesh, WireGuardMeshSpec effective, ApiState state) {
    var nodes = new TreeMap<>(state.nodes());
    nodes.values().removeIf(n -> !n.mesh().equals(mesh));
    Map<String, EffectivePeer> peers = new TreeMap<>(state.peers());
    peers.values().removeIf(p -> !p.mesh().equals(mesh));
    return new PublishedMesh(mesh, effective, nodes, new TreeMap<>(peers));
  }

  private static final String LONG_AGO = "1970-01-01T00:00:00Z";

  /**
   * The same with these Peers expired: they are taken off the device though nothing else is
   * removed, and stay off after a restart from the checkpoint.
   */
  PublishedMesh revoking(Set<String> names) {
    var left = new TreeMap<>(peers);
    left.replaceAll((name, peer) -> names.contains(name) ? ending(peer, LONG_AGO) : peer);
    return new PublishedMesh(mesh, effective, nodes, left);
  }

  /**
   * The same less what a later state takes from Peers: one that is not in it, or has another key
   * there, is expired; one that ends sooner there does so here, too. Nothing else is taken over.
   */
  PublishedMesh withdrawing(Map<String, EffectivePeer> later) {
    var left = new TreeMap<>(peers);
    left.replaceAll(
        (name, peer) -> {
          var now = later.get(name);
          return now == null || !now.publicKey().equals(peer.publicKey())
              ? ending(peer, LONG_AGO)
              : endingAsSoon(now, peer);
        });
    return new PublishedMesh(mesh, effective, nodes, left);
  }

  private static EffectivePeer endingAsSoon(EffectivePeer later, EffectivePeer peer) {
    var end = end(later);
    if (!end.isBefore(end(peer))) {
      return peer;
    }
    return ending(peer, end.equals(Instant.MIN) ? LONG_AGO : later.expiresAt());
  }

  /** The same without those of its Peers that are exactly these. */
  PublishedMesh withoutPeers(Map<String, EffectivePeer> known) {
    var left = new TreeMap<>(peers);
    left.entrySet().removeIf(peer -> peer.getValue().equals(known.get(peer.getKey())));
    return new PublishedMesh(mesh, effective, nodes, left);
  }

  /** When a Peer expires; a time that can't be read counts as over, as for the planner. */
  private static Instant end(EffectivePeer peer) {
    var at = peer.expiresAt();
    try {
      return at == null ? Instant.MAX : OffsetDateTime.parse(at).toInstant();
    } catch (DateTimeException e) {
      return Instant.MIN;
    }
  }

  private static EffectivePeer ending(EffectivePeer p, @Nullable String expiresAt) {
    return new EffectivePeer(
        p.mesh(),
        p.publicKey(),
        p.allowedIPs(),
        p.endpoint(),
        p.persistentKeepalive(),
        p.location(),
        p.fullTunnel(),
        p.presharedKeySecretRef(),
        expiresAt);
  }

  /** The same with those Peers of an earlier view that were lost by accident. */
  PublishedMesh keepingPeers(PublishedMesh before, Set<String> lost) {
    var kept = new TreeMap<>(peers);
    lost.forEach(
        name -> {
          var peer = before.peers().get(name);
          if (peer != null && kept.values().stream().noneMatch(p -> isRival(p, peer))) {
            kept.putIfAbsent(name, peer);
          }
        });
    return new PublishedMesh(mesh, effective, nodes, kept);
  }

  private static boolean isRival(EffectivePeer one, EffectivePeer other) {
    return one.publicKey().equals(other.publicKey())
        || !Collections.disjoint(one.allowedIPs(), other.allowedIPs());
  }

  /** The same with those nodes of an earlier view whose place is free. */
  PublishedMesh keepingNodes(PublishedMesh before) {
    var kept = new TreeMap<>(nodes);
    before
        .nodes()
        .forEach(
            (name, node) -> {
              if (nodes.values().stream().noneMatch(n -> isRival(n, node))) {
                kept.putIfAbsent(name, node);
              }
            });
    return new PublishedMesh(mesh, effective, kept, peers);
  }

  private static boolean isRival(WireGuardNodeSpec one, WireGuardNodeSpec other) {
    return !Collections.disjoint(one.addresses(), other.addresses())
        || !Collections.disjoint(one.podCIDRs(), other.podCIDRs())
        || !Collections.disjoint(one.internalIPs(), other.internalIPs())
        || one.devices().stream()
            .anyMatch(
                d -> other.devices().stream().anyMatch(o -> o.publicKey().equals(d.publicKey())));
  }
}
