package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.net.IpAddress;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each node was published with last, also when its WireGuardNode is gone: somebody who deletes
 * WireGuardNodes, or their CRD, must not move addresses or roles by that. And the addresses that
 * Peers had, for a Peer that is made again. Lives as long as the process, through all terms.
 */
public final class LastPublished {
  /** Of Peers that are gone, so many are remembered. */
  private static final int REMEMBERED = 10_000;

  private final Map<String, WireGuardNodeSpec> specs = new ConcurrentHashMap<>();
  private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();

  /** Notes what Peers have. */
  void peers(Map<String, Peer> peers) {
    if (addresses.size() > peers.size() + REMEMBERED) {
      addresses.keySet().retainAll(peers.keySet());
    }
    peers.forEach(
        (name, peer) -> {
          if (peer.getStatus() != null && !peer.getStatus().addresses().isEmpty()) {
            addresses.put(name, peer.getStatus().addresses());
          }
        });
  }

  /** The addresses that a Peer of that name had last; empty: none, or not known. */
  List<String> addressesOf(String peer) {
    return addresses.getOrDefault(peer, List.of());
  }

  /**
   * The addresses of Peers that are not there. Their CRD may have been deleted, or this process
   * does not see them yet: a node that joins meanwhile must not get an address that a Peer comes
   * back to.
   */
  List<IpAddress> former(Set<String> there) {
    return addresses.entrySet().stream()
        .filter(e -> !there.contains(e.getKey()))
        .flatMap(e -> e.getValue().stream())
        .flatMap(text -> address(text).stream())
        .toList();
  }

  private static Optional<IpAddress> address(String text) {
    try {
      return Optional.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Notes what is there. */
  void seen(Map<String, WireGuardNode> published) {
    published.forEach(
        (name, node) -> {
          if (node.getSpec() != null) {
            specs.put(name, node.getSpec());
          }
        });
  }

  /** The node was taken out of its mesh on purpose. */
  public void forget(String name) {
    specs.remove(name);
  }

  /**
   * What a node without a WireGuardNode had, unless its mesh is gone or another node has any of it
   * by now.
   */
  Optional<WireGuardNodeSpec> of(
      String name, Map<String, WireGuardNode> published, Set<String> meshes) {
    return Optional.ofNullable(specs.get(name))
        .filter(spec -> meshes.contains(spec.mesh()))
        .filter(
            spec ->
                published.values().stream()
                    .map(WireGuardNode::getSpec)
                    .noneMatch(other -> other != null && isRival(spec, other)));
  }

  private static boolean isRival(WireGuardNodeSpec one, WireGuardNodeSpec other) {
    return !Collections.disjoint(one.addresses(), other.addresses())
        || !Collections.disjoint(one.podCIDRs(), other.podCIDRs())
        || one.devices().stream()
            .anyMatch(
                d -> other.devices().stream().anyMatch(o -> o.publicKey().equals(d.publicKey())));
  }
}
