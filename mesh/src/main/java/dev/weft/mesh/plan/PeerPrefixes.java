package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.PeerInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a Peer may send from: the prefixes of its spec that the mesh lets Peers have and that nobody
 * else has, or an allocation. What it holds already is held before new claims of nodes are heard,
 * and is not judged again.
 */
final class PeerPrefixes {
  private final WireGuardMeshSpec mesh;
  private final PrefixIndex<Claim> claims;
  private final AddressAllocation addresses;
  private final List<Prefix> allowed;
  private final List<Prefix> meshRanges;
  private final PublicSpace publicSpace = new PublicSpace();
  private final Map<String, Set<Prefix>> held = new HashMap<>();

  PeerPrefixes(WireGuardMeshSpec mesh, PrefixIndex<Claim> claims, AddressAllocation addresses) {
    this.mesh = mesh;
    this.claims = claims;
    this.addresses = addresses;
    this.allowed = Aggregation.of(mesh.peerCIDRs().stream().map(Prefix::parse).toList());
    this.meshRanges = mesh.addresses().stream().map(Prefix::parse).toList();
  }

  /**
   * Holds what a Peer has in force and still asks for, as far as the mesh allows it; all that it
   * has in force while its spec asks for something that it can't have.
   */
  void hold(PeerInput peer) {
    var asked = new Problems("Peer", peer.name());
    var wanted = new HashSet<>(asked(peer.name(), peer.spec().allowedIPs(), asked, false));
    boolean all = peer.spec().allowedIPs().isEmpty() || asked.hasErrors();
    for (var effective : peer.effective()) {
      for (var text : effective.allowedIPs()) {
        var prefix = Prefix.parse(text);
        if ((all || wanted.contains(prefix))
            && isAllowed(peer.name(), "", prefix, new Problems("Peer", peer.name()))) {
          held.computeIfAbsent(peer.name(), p -> new HashSet<>()).add(prefix);
          publicSpace.add(prefix);
          claims.add(prefix, Claim.ofPeer(peer.name(), "prefix", "OverlapsPeer"));
        }
      }
    }
  }

  /** The prefixes of the spec; without any, one address of each family of the mesh. */
  List<Prefix> of(PeerInput peer, PeerSpec spec, Problems problems) {
    return spec.allowedIPs().isEmpty()
        ? allocated(peer, problems)
        : asked(peer.name(), spec.allowedIPs(), problems, true);
  }

  private List<Prefix> asked(
      String name, List<String> texts, Problems problems, boolean withinPublicSpace) {
    var accepted = new ArrayList<Prefix>();
    var ofPublicSpace = new PublicSpace(publicSpace);
    for (int i = 0; i < texts.size(); i++) {
      var field = "spec.allowedIPs[" + i + "]";
      try {
        var prefix = Prefix.parse(texts.get(i));
        if (isHeld(name, prefix)) {
          accepted.add(prefix);
        } else if (isAllowed(name, field, prefix, problems) && !accepted.contains(prefix)) {
          if (withinPublicSpace && !ofPublicSpace.add(prefix)) {
            problems.error(field, "DefaultRoute", prefix + PublicSpace.EXCEEDED);
          } else {
            accepted.add(prefix);
          }
        }
      } catch (IllegalArgumentException e) {
        problems.error(field, "InvalidPrefix", String.valueOf(e.getMessage()));
      }
    }
    return accepted.stream().distinct().toList();
  }

  /** What is in force now counts against the mesh's share of the public address space. */
  void accepted(String name, Prefix prefix) {
    if (!isHeld(name, prefix)) {
      publicSpace.add(prefix);
    }
  }

  private boolean isHeld(String name, Prefix prefix) {
    return held.getOrDefault(name, Set.of()).contains(prefix);
  }

  private boolean isAllowed(String name, String field, Prefix prefix, Problems problems) {
    if (prefix.length() == 0) {
      problems.error(
          field,
          "DefaultRoute",
          prefix + " is the whole internet; give the prefixes that are behind the peer");
      return false;
    }
    var reserved = SpecialRanges.reserved(prefix);
    if (reserved.isPresent()) {
      problems.error(field, "InvalidPrefix", prefix + " " + reserved.get());
      return false;
    }
    Predicate<Claim> isAnothers = c -> !isHostInMeshRange(c, prefix) && !c.isOf("Peer", name);
    var other =
        claims
            .overlapping(prefix, isAnothers.and(Claim::isOfMesh))
            .or(() -> claims.overlapping(prefix, isAnothers));
    if (other.isPresent()) {
      var claim = other.get().getValue();
      problems.error(
          field,
          claim.reason(),
          "%s overlaps %s, %s; give the peer a prefix of its own"
              .formatted(prefix, other.get().getKey(), claim));
      return false;
    }
    if (Stream.concat(allowed.stream(), meshRanges.stream()).noneMatch(r -> r.contains(prefix))) {
      problems.error(
          field,
          "PeerCIDRNotAllowed",
          "%s is outside of the mesh's spec.peerCIDRs %s; give the peer a prefix inside them, or add this one there"
              .formatted(prefix, mesh.peerCIDRs()));
      return false;
    }
    return true;
  }

  /** A single address of the mesh's range may be a Peer's, if it is free. */
  private static boolean isHostInMeshRange(Claim other, Prefix prefix) {
    return prefix.isHost() && other.reason().equals(Claim.MESH_ADDRESSES);
  }

  private List<Prefix> allocated(PeerInput peer, Problems problems) {
    var own = new ArrayList<Prefix>();
    for (var family : addresses.families()) {
      held(peer)
          .filter(a -> a.family() == family && isOfMesh(a) && isFree(peer.name(), a))
          .findFirst()
          .or(() -> addresses.allocate(family))
          .map(Prefix::host)
          .ifPresentOrElse(
              own::add,
              () ->
                  problems.error(
                      "spec.allowedIPs",
                      "AddressesExhausted",
                      "no free mesh address is left; give the peer prefixes of its own"));
    }
    return own;
  }

  /** A mesh that was made anew may have another range than the one that gave the address. */
  private boolean isOfMesh(IpAddress address) {
    return meshRanges.stream().anyMatch(r -> r.contains(address));
  }

  /** An older Peer may have claimed by its spec what was recorded for this one. */
  private boolean isFree(String name, IpAddress address) {
    var prefix = Prefix.host(address);
    return claims
        .overlapping(prefix, c -> !isHostInMeshRange(c, prefix) && !c.isOf("Peer", name))
        .isEmpty();
  }

  /** Addresses that it was given before, the recorded ones first. */
  static Stream<IpAddress> held(PeerInput peer) {
    var effective =
        peer.effective().stream()
            .flatMap(e -> e.allowedIPs().stream())
            .flatMap(PeerPrefixes::hostAddress);
    return Stream.concat(
        peer.holdings().addresses().stream().flatMap(PeerPrefixes::hostAddress), effective);
  }

  private static Stream<IpAddress> hostAddress(String text) {
    try {
      var prefix = Prefix.parse(text);
      return prefix.isHost() ? Stream.of(prefix.address()) : Stream.empty();
    } catch (IllegalArgumentException e) {
      return Stream.empty(); // no prefix, so nothing that it could hold
    }
  }
}
