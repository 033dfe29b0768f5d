package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Problems;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Claims of prefixes behind locations: what {@code spec.locations} of the mesh lists, and what
 * annotations of Nodes list. One node of a location stands for each prefix.
 */
final class LocationCIDRClaims {
  private final WireGuardMeshSpec mesh;
  private final PrefixIndex<Claim> claims;
  private final Function<Claim, Optional<NodeDraft>> holderOf;
  private final Map<Prefix, NodeDraft> byPrefix = new HashMap<>();
  private final Set<String> published = new HashSet<>();
  private final Problems meshProblems;

  /**
   * Claims that are added to what there is.
   *
   * @param holderOf the node of a claim, if a node of the mesh has it
   */
  LocationCIDRClaims(
      String meshName,
      WireGuardMeshSpec mesh,
      PrefixIndex<Claim> claims,
      List<NodeDraft> drafts,
      Function<Claim, Optional<NodeDraft>> holderOf) {
    this.mesh = mesh;
    this.claims = claims;
    this.holderOf = holderOf;
    this.meshProblems = new Problems("WireGuardMesh", meshName);
    for (var draft : drafts) {
      for (var spec : draft.input().published()) {
        spec.locationCIDRs().stream()
            .map(prefix -> spec.location() + " " + prefix)
            .forEach(published::add);
      }
    }
  }

  /** What is wrong with prefixes that the mesh lists. */
  List<Problem> meshProblems() {
    return meshProblems.toList();
  }

  /** Claims what the mesh lists for the node's location. */
  void claimOfMesh(NodeDraft draft, boolean inForce) {
    draft.reading.entry().ifPresent(e -> claim(draft, draft.reading.entryCIDRs(), inForce, true));
  }

  /** Claims what the node's annotation lists. */
  void claimOfNode(NodeDraft draft, boolean inForce) {
    claim(draft, draft.reading.locationCIDRs(), inForce, false);
  }

  private void claim(NodeDraft draft, List<Prefix> prefixes, boolean inForce, boolean ofMesh) {
    if (inForce && !draft.location.equals(draft.ownLocation()) && draft.internalIPs.isEmpty()) {
      return; // whether it stays in its location is not known yet
    }
    for (var prefix : prefixes) {
      var holder = byPrefix.get(prefix);
      if (holder != null
          && (holder.location.equals(draft.location) || (ofMesh && isTwin(holder, draft)))) {
        continue; // another node of the location stands for it already, or this one
      }
      if (inForce && !published.contains(draft.location + " " + prefix)) {
        continue;
      }
      if (ofMesh ? isAllowedToEntry(draft, prefix) : isAllowedToNode(draft, prefix)) {
        var what = ofMesh ? "location CIDR (" + path(draft) + ")" : "location CIDR";
        claims.add(prefix, Claim.ofNode(draft.name(), what, Claim.LOCATION_CIDR));
        byPrefix.put(prefix, draft);
        draft.locationCIDRs.add(prefix);
      }
    }
  }

  /** Sorts what the node got as it was listed: the mesh's before the annotation's. */
  static void sort(NodeDraft draft) {
    var order = new java.util.ArrayList<>(draft.reading.entryCIDRs());
    order.addAll(draft.reading.locationCIDRs());
    draft.locationCIDRs.sort(Comparator.comparingInt(order::indexOf));
  }

  private static String path(NodeDraft draft) {
    return draft.reading.entry().map(LocationEntry::path).orElse("");
  }

  /** Whether both nodes are of one entry, though each may be a location of its own. */
  private static boolean isTwin(NodeDraft one, NodeDraft other) {
    return path(one).equals(path(other));
  }

  private boolean isAllowedToEntry(NodeDraft draft, Prefix prefix) {
    var other = foreign(draft, prefix);
    if (other.isEmpty()) {
      return true;
    }
    var claim = other.get().getValue();
    if (holderOf.apply(claim).filter(h -> isTwin(h, draft)).isEmpty()
        || !claim.reason().equals(Claim.LOCATION_CIDR)) {
      meshProblems.error(
          path(draft) + ".locationCIDRs",
          claim.reason(),
          "%s overlaps %s, %s; it is left out, renumber one of the two"
              .formatted(prefix, other.get().getKey(), claim));
    }
    return false;
  }

  private Optional<Map.Entry<Prefix, Claim>> foreign(NodeDraft draft, Prefix prefix) {
    Predicate<Claim> isForeign =
        c ->
            !ApiServerClaims.isOnNode(c)
                && !(c.reason().equals(Claim.NODE_ADDRESS)
                    && holderOf
                        .apply(c)
                        .filter(h -> h.location.equals(draft.location))
                        .isPresent());
    return claims
        .overlapping(prefix, Claim::isOfMesh)
        .or(() -> claims.overlapping(prefix, isForeign));
  }

  private boolean isAllowedToNode(NodeDraft draft, Prefix prefix) {
    var field = NodeAnnotations.locationCIDRsField(draft.input().annotations());
    var reserved = SpecialRanges.reserved(prefix);
    if (reserved.isPresent()) {
      draft.error(field, "LocationCIDRNotAllowed", prefix + " " + reserved.get());
      return false;
    }
    var other = foreign(draft, prefix);
    if (other.isPresent()) {
      draft.conflict(field, prefix, other.get());
      return false;
    }
    var allowed = mesh.allowedLocationCIDRs();
    if (allowed.stream().map(Prefix::parse).noneMatch(p -> p.contains(prefix))) {
      draft.error(
          field,
          "LocationCIDRNotAllowed",
          allowed.isEmpty()
              ? "the mesh allows no location CIDRs; add %s to its spec.allowedLocationCIDRs"
                  .formatted(prefix)
              : "%s is outside of the mesh's spec.allowedLocationCIDRs %s"
                  .formatted(prefix, allowed));
      return false;
    }
    return true;
  }
}
