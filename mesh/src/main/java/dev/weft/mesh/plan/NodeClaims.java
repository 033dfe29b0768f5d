package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeTraffic;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What nodes claim, weighed against what is claimed already: the older wins. */
final class NodeClaims {
  private final WireGuardMeshSpec mesh;
  private final PrefixIndex<Claim> claims;
  private final Map<PublicKey, Claim> keys;

  /**
   * Claims that are added to what there is.
   *
   * @param claims the mesh's own ranges; the nodes' are added
   * @param keys by owner; the nodes' are added
   */
  NodeClaims(WireGuardMeshSpec mesh, PrefixIndex<Claim> claims, Map<PublicKey, Claim> keys) {
    this.mesh = mesh;
    this.claims = claims;
    this.keys = keys;
  }

  /** Gives each node, oldest first, what is still nobody's. */
  void claim(List<NodeDraft> oldestFirst) {
    oldestFirst.forEach(this::claimKey);
    oldestFirst.forEach(this::claimPodCIDRs);
    claimInternalIPs(oldestFirst);
    claimLocationCIDRs(oldestFirst);
  }

  private void claimKey(NodeDraft draft) {
    draft
        .reading
        .publicKey()
        .ifPresent(
            key -> {
              var owner = keys.putIfAbsent(key, new Claim("Node", draft.input().name(), "key", ""));
              draft.hasKey = owner == null;
              if (owner != null) {
                draft.error(
                    "NodeReport.spec.devices[0].publicKey",
                    "DuplicateKey",
                    "key %s is that of %s %s already (a cloned machine?); stop the agent, remove its key file and start it again"
                        .formatted(key, owner.kind(), owner.name()));
              }
            });
  }

  private void claimPodCIDRs(NodeDraft draft) {
    var accepted = new ArrayList<Prefix>();
    for (var prefix : draft.reading.podCIDRs()) {
      var claim = new Claim("Node", draft.input().name(), "pod CIDR", "OverlapsPodCIDR");
      var other = claims.overlapping(prefix, c -> !isPodRange(c));
      if (other.isPresent()) {
        draft.conflict("spec.podCIDRs", prefix, other.get());
      } else {
        claims.add(prefix, claim);
        accepted.add(prefix);
      }
    }
    draft.podCIDRs = accepted;
  }

  /** The mesh's podCIDRs are reserved for the nodes' own. */
  private static boolean isPodRange(Claim claim) {
    return claim.kind().equals("WireGuardMesh") && claim.reason().equals("OverlapsPodCIDR");
  }

  private void claimInternalIPs(List<NodeDraft> drafts) {
    Map<IpAddress, NodeDraft> meshed = new HashMap<>();
    Map<String, NodeDraft> inLocation = new HashMap<>();
    for (var draft : drafts) {
      var usable = new ArrayList<IpAddress>();
      var reachable = new ArrayList<IpAddress>();
      var location = draft.reading.location();
      for (var address : draft.reading.internalIPs()) {
        var other = claims.overlapping(Prefix.host(address));
        if (other.isPresent()) {
          draft.conflict("status.addresses", Prefix.host(address), other.get());
          continue;
        }
        var twin = inLocation.putIfAbsent(location + " " + address, draft);
        if (twin != null) {
          draft.error(
              "status.addresses",
              "DuplicateInternalIP",
              "internal IP %s is that of Node %s in the same location; give one of them another with the annotation weft.dev/internal-ip"
                  .formatted(address, twin.input().name()));
          continue;
        }
        usable.add(address);
        var holder = meshed.putIfAbsent(address, draft);
        if (holder == null) {
          reachable.add(address);
        } else {
          draft.warn(
              "status.addresses",
              "DuplicateInternalIP",
              "internal IP %s is that of Node %s in location %s, too; other locations reach this node by its mesh address only"
                  .formatted(address, holder.input().name(), holder.location));
        }
      }
      draft.internalIPs = usable;
      draft.meshedIPs = mesh.nodeTraffic() == NodeTraffic.NONE ? List.of() : reachable;
      draft.location =
          usable.isEmpty()
              ? "node:" + draft.input().name()
              : location.isEmpty() ? "default" : location;
    }
    meshed.forEach(
        (address, draft) ->
            claims.add(
                Prefix.host(address),
                new Claim("Node", draft.input().name(), "internal IP", "OverlapsNodeAddress")));
  }

  private void claimLocationCIDRs(List<NodeDraft> drafts) {
    var allowed = mesh.allowedLocationCIDRs().stream().map(Prefix::parse).toList();
    Map<Prefix, String> byLocation = new HashMap<>();
    for (var draft : drafts) {
      var accepted = new ArrayList<Prefix>();
      for (var prefix : draft.reading.locationCIDRs()) {
        var owner = byLocation.get(prefix);
        if (draft.location.equals(owner)) {
          continue; // another node of the location stands for it already
        }
        if (isLocationCIDR(draft, prefix, allowed)) {
          claims.add(
              prefix,
              new Claim("Node", draft.input().name(), "location CIDR", "OverlapsLocationCIDR"));
          byLocation.put(prefix, draft.location);
          accepted.add(prefix);
        }
      }
      draft.locationCIDRs = accepted;
    }
  }

  private boolean isLocationCIDR(NodeDraft draft, Prefix prefix, List<Prefix> allowed) {
    var field = "metadata.annotations[weft.dev/location-cidrs]";
    boolean special = SpecialRanges.UNUSABLE.stream().anyMatch(p -> p.overlaps(prefix));
    if (prefix.length() == 0 || special) {
      draft.error(field, "LocationCIDRNotAllowed", prefix + " belongs to no location");
      return false;
    }
    if (!allowed.isEmpty() && allowed.stream().noneMatch(p -> p.contains(prefix))) {
      draft.error(
          field,
          "LocationCIDRNotAllowed",
          "%s is outside of the mesh's spec.allowedLocationCIDRs %s"
              .formatted(prefix, mesh.allowedLocationCIDRs()));
      return false;
    }
    var other = claims.overlapping(prefix);
    if (other.isEmpty()) {
      return true;
    }
    // Its own location's nodes live in it; what is longer wins anyway.
    boolean nodesInside =
        other.get().getValue().reason().equals("OverlapsNodeAddress")
            && prefix.contains(other.get().getKey());
    if (!nodesInside) {
      draft.conflict(field, prefix, other.get());
    }
    return nodesInside;
  }
}
