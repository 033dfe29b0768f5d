package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.PeerInput;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a Peer may send from: the prefixes of its spec that are nobody else's, or an allocation. */
final class PeerPrefixes {
  private final PrefixIndex<Claim> claims;
  private final AddressAllocation addresses;

  PeerPrefixes(PrefixIndex<Claim> claims, AddressAllocation addresses) {
    this.claims = claims;
    this.addresses = addresses;
  }

  /** The prefixes of the spec; without any, one address of each family of the mesh. */
  List<Prefix> of(PeerInput peer, PeerSpec spec, List<Problem> problems) {
    return spec.allowedIPs().isEmpty()
        ? allocated(peer, problems)
        : asked(peer.name(), spec.allowedIPs(), problems);
  }

  private List<Prefix> asked(String name, List<String> texts, List<Problem> problems) {
    var accepted = new ArrayList<Prefix>();
    for (int i = 0; i < texts.size(); i++) {
      var field = "spec.allowedIPs[" + i + "]";
      try {
        var prefix = Prefix.parse(texts.get(i));
        if (isAllowed(name, field, prefix, problems) && !accepted.contains(prefix)) {
          accepted.add(prefix);
        }
      } catch (IllegalArgumentException e) {
        problems.add(error(name, field, "InvalidPrefix", String.valueOf(e.getMessage())));
      }
    }
    return accepted;
  }

  private boolean isAllowed(String name, String field, Prefix prefix, List<Problem> problems) {
    if (prefix.length() == 0) {
      problems.add(
          error(
              name,
              field,
              "DefaultRoute",
              prefix + " is the whole internet; give the prefixes that are behind the peer"));
      return false;
    }
    if (SpecialRanges.UNUSABLE.stream().anyMatch(p -> p.overlaps(prefix))) {
      problems.add(
          error(
              name,
              field,
              "InvalidPrefix",
              prefix + " holds loopback, link-local, multicast or reserved addresses"));
      return false;
    }
    var other = claims.overlapping(prefix, c -> !isHostInMeshRange(c, prefix));
    if (other.isPresent()) {
      var claim = other.get().getValue();
      problems.add(
          error(
              name,
              field,
              claim.reason(),
              "%s overlaps %s, %s; give the peer a prefix of its own"
                  .formatted(prefix, other.get().getKey(), claim)));
      return false;
    }
    return true;
  }

  /** A single address of the mesh's range may be a Peer's, if it is nobody else's. */
  private static boolean isHostInMeshRange(Claim other, Prefix prefix) {
    return prefix.isHost() && other.reason().equals("OverlapsMeshAddresses");
  }

  private List<Prefix> allocated(PeerInput peer, List<Problem> problems) {
    var own = new ArrayList<Prefix>();
    for (var family : addresses.families()) {
      held(peer)
          .filter(a -> a.family() == family && isFree(a))
          .findFirst()
          .or(() -> addresses.allocate(family))
          .map(Prefix::host)
          .ifPresentOrElse(
              own::add,
              () ->
                  problems.add(
                      error(
                          peer.name(),
                          "spec.allowedIPs",
                          "AddressesExhausted",
                          "no free mesh address is left; give the peer prefixes of its own")));
    }
    return own;
  }

  /** An older Peer may have claimed by its spec what was recorded for this one. */
  private boolean isFree(IpAddress address) {
    var prefix = Prefix.host(address);
    return claims.overlapping(prefix, c -> !isHostInMeshRange(c, prefix)).isEmpty();
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

  private static Problem error(String name, String field, String reason, String message) {
    return Problem.error("Peer", name, field, reason, message);
  }
}
