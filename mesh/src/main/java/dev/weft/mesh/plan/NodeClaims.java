package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeTraffic;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What nodes claim, weighed against what is claimed already. What is in force (published) is
 * claimed first, then what is new; within each the older node comes first. So no node takes
 * anything from another one that holds it, however old its object is.
 */
final class NodeClaims {
  private final WireGuardMeshSpec mesh;
  private final PrefixIndex<Claim> claims;
  private final Map<PublicKey, Claim> keys;
  private final List<NodeDraft> drafts;
  private final List<Prefix> podRanges;
  private final Map<String, NodeDraft> byName = new HashMap<>();
  private final Map<String, NodeDraft> inLocation = new HashMap<>();
  private final Map<IpAddress, NodeDraft> meshed = new HashMap<>();
  private final Map<String, NodeDraft> byEndpoint = new HashMap<>();
  private final LocationCIDRClaims locationCIDRs;
  private final Map<String, List<String>> sharedEndpoints = new TreeMap<>();

  /**
   * Claims that are added to what there is.
   *
   * @param claims the mesh's own ranges; the nodes' are added
   * @param keys by owner; the nodes' are added
   * @param oldestFirst the nodes of the mesh
   */
  NodeClaims(
      String meshName,
      WireGuardMeshSpec mesh,
      PrefixIndex<Claim> claims,
      Map<PublicKey, Claim> keys,
      List<NodeDraft> oldestFirst) {
    this.mesh = mesh;
    this.claims = claims;
    this.keys = keys;
    this.drafts = oldestFirst;
    this.podRanges =
        mesh.podCIDRs().isEmpty()
            ? SpecialRanges.PRIVATE
            : mesh.podCIDRs().stream().map(Prefix::parse).toList();
    for (var draft : oldestFirst) {
      byName.put(draft.name(), draft);
    }
    this.locationCIDRs =
        new LocationCIDRClaims(meshName, mesh, claims, oldestFirst, this::holderOf);
  }

  /** Gives each node what it has in force and still claims. */
  void claimInForce() {
    each(drafts, d -> claimKey(d, true));
    each(drafts, d -> claimPodCIDRs(d, true));
    each(drafts, d -> claimInternalIPs(d, true));
    each(drafts, d -> claimEndpoints(d, true));
    each(drafts, d -> locationCIDRs.claimOfMesh(d, true));
    each(drafts, d -> locationCIDRs.claimOfNode(d, true));
  }

  /** Gives each node what else it claims and is still free. */
  void claimNew() {
    // A node that changes its key comes after those that have none yet: what a node reports is not
    // proven, and its new key may be the one that another node is about to join with.
    var joiningFirst =
        drafts.stream()
            .sorted(
                Comparator.comparing((NodeDraft d) -> d.publishedDevice().findAny().isPresent()))
            .toList();
    each(joiningFirst, d -> claimKey(d, false));
    each(drafts, d -> claimPodCIDRs(d, false));
    each(drafts, d -> claimInternalIPs(d, false));
    each(drafts, this::meshInternalIPs);
    each(drafts, NodeDraft::settleLocation);
    each(drafts, d -> claimEndpoints(d, false));
    reserveAddresses();
    each(drafts, d -> locationCIDRs.claimOfMesh(d, false));
    each(drafts, d -> locationCIDRs.claimOfNode(d, false));
    each(drafts, LocationCIDRClaims::sort);
  }

  /** What is wrong with location CIDRs that the mesh lists. */
  List<Problem> meshProblems() {
    return locationCIDRs.meshProblems();
  }

  /** By endpoint, the nodes that claim one that another node holds. */
  Map<String, List<String>> sharedEndpoints() {
    return sharedEndpoints;
  }

  private static void each(List<NodeDraft> drafts, Consumer<NodeDraft> step) {
    drafts.forEach(d -> d.step(() -> step.accept(d)));
  }

  private void claimKey(NodeDraft draft, boolean inForce) {
    var key = draft.reading.publicKey();
    if (key.isEmpty()) {
      return;
    }
    boolean published =
        draft.publishedDevice().anyMatch(d -> d.publicKey().equals(key.get().text()));
    if (published != inForce) {
      return;
    }
    var owner = keys.putIfAbsent(key.get(), Claim.ofNode(draft.name(), "key", "DuplicateKey"));
    draft.hasKey = owner == null;
    if (owner != null) {
      draft.error(
          "NodeReport.spec.devices[0].publicKey",
          "DuplicateKey",
          "key %s is that of %s %s, which keeps it; this node is left out. If this machine was cloned, give it a key of its own; otherwise its agent reports what isn't its own: look at the machine"
              .formatted(key.get(), owner.kind(), owner.name()));
    }
  }

  private void claimPodCIDRs(NodeDraft draft, boolean inForce) {
    for (var prefix : draft.reading.podCIDRs()) {
      if (draft.isInForce(WireGuardNodeSpec::podCIDRs, prefix) != inForce) {
        continue;
      }
      var reserved = SpecialRanges.reserved(prefix);
      if (reserved.isPresent()) {
        draft.error("spec.podCIDRs", "PodCIDRNotAllowed", prefix + " " + reserved.get());
        continue;
      }
      if (podRanges.stream().noneMatch(r -> r.contains(prefix))) {
        draft.error(
            "spec.podCIDRs",
            "PodCIDRNotAllowed",
            "%s is outside of the mesh's spec.podCIDRs (%s); if it is of the cluster's pod range, add that there"
                .formatted(
                    prefix, mesh.podCIDRs().isEmpty() ? "none: private ranges" : mesh.podCIDRs()));
        continue;
      }
      var other = claims.overlapping(prefix, c -> !isPodRange(c));
      if (other.isPresent()) {
        draft.conflict("spec.podCIDRs", prefix, other.get());
      } else {
        claims.add(prefix, Claim.ofNode(draft.name(), "pod CIDR", Claim.POD_CIDR));
        draft.podCIDRs.add(prefix);
      }
    }
  }

  /** The mesh's podCIDRs are reserved for the nodes' own. */
  private static boolean isPodRange(Claim claim) {
    return claim.kind().equals("WireGuardMesh") && claim.reason().equals(Claim.POD_CIDR);
  }

  private void claimInternalIPs(NodeDraft draft, boolean inForce) {
    for (var address : draft.reading.internalIPs()) {
      boolean published =
          draft.isInForce(WireGuardNodeSpec::internalIPs, address)
              && draft.isPublishedIn(draft.namedLocation());
      if (published != inForce) {
        continue;
      }
      var other = claims.overlapping(Prefix.host(address), c -> conflictsWithAddress(c, draft));
      if (other.isPresent()) {
        draft.conflict("status.addresses", Prefix.host(address), other.get());
        continue;
      }
      var twin = inLocation.putIfAbsent(draft.namedLocation() + " " + address, draft);
      if (twin != null) {
        draft.error(
            "status.addresses",
            "DuplicateInternalIP",
            "internal IP %s is that of Node %s in the same location, which keeps it; give one of them another with the annotation weft.dev/internal-ip"
                .formatted(address, twin.name()));
        continue;
      }
      draft.internalIPs.add(address);
      if (inForce
          && (mesh.nodeTraffic() == NodeTraffic.NONE
              || draft.isInForce(WireGuardNodeSpec::meshedIPs, address))) {
        mesh(draft, address);
      }
    }
  }

  /** Nodes of several locations may have one address; other claims exclude it. */
  private boolean conflictsWithAddress(Claim claim, NodeDraft draft) {
    return !claim.reason().equals(Claim.NODE_ADDRESS)
        && !ApiServerClaims.is(claim)
        && !(claim.reason().equals(Claim.LOCATION_CIDR)
            && locationOf(claim).filter(draft.namedLocation()::equals).isPresent());
  }

  private Optional<String> locationOf(Claim claim) {
    return holderOf(claim).map(h -> h.location);
  }

  private Optional<NodeDraft> holderOf(Claim claim) {
    return claim.kind().equals("Node")
        ? Optional.ofNullable(byName.get(claim.name()))
        : Optional.empty();
  }

  private Optional<NodeDraft> mesh(NodeDraft draft, IpAddress address) {
    var holder = meshed.putIfAbsent(address, draft);
    if (holder != null) {
      return holder == draft ? Optional.empty() : Optional.of(holder);
    }
    claims.add(Prefix.host(address), Claim.ofNode(draft.name(), "internal IP", Claim.NODE_ADDRESS));
    if (mesh.nodeTraffic() != NodeTraffic.NONE) {
      draft.meshedIPs.add(address);
    }
    return Optional.empty();
  }

  private void meshInternalIPs(NodeDraft draft) {
    for (var address : draft.internalIPs) {
      mesh(draft, address)
          .ifPresent(
              holder ->
                  draft.warn(
                      "status.addresses",
                      "DuplicateInternalIP",
                      "internal IP %s is that of Node %s in location %s, too; other locations reach this node by its mesh address only"
                          .formatted(address, holder.name(), holder.location)));
    }
    var order = draft.reading.internalIPs();
    draft.internalIPs.sort(Comparator.comparingInt(order::indexOf));
    draft.meshedIPs.sort(Comparator.comparingInt(order::indexOf));
  }

  private void claimEndpoints(NodeDraft draft, boolean inForce) {
    for (var endpoint : draft.reading.endpoints()) {
      boolean published =
          draft.publishedDevice().anyMatch(d -> d.endpoints().contains(endpoint.toString()));
      if (published != inForce) {
        continue;
      }
      var holder = byEndpoint.putIfAbsent(endpoint.toString().toLowerCase(Locale.ROOT), draft);
      if (holder != null) {
        sharedEndpoints
            .computeIfAbsent(endpoint.toString(), e -> new ArrayList<>(List.of(holder.name())))
            .add(draft.name());
        draft.error(
            NodeAnnotations.endpointField(draft.input().annotations()),
            "SameEndpoint",
            "endpoint %s is that of Node %s, which keeps it: calls reach only one of them; give this node another port (weft.dev/listen-port) and forward it, or take the endpoint off"
                .formatted(endpoint, holder.name()));
        continue;
      }
      draft.endpoints.add(endpoint);
    }
    var order = draft.reading.endpoints();
    draft.endpoints.sort(Comparator.comparingInt(order::indexOf));
  }

  /**
   * Where nodes are reached from outside is nothing that a Peer or a location may newly claim. It
   * is reserved after what Peers and locations have in force, which a node's status can't end.
   */
  private void reserveAddresses() {
    for (var draft : drafts) {
      draft.step(
          () -> {
            NodeAddresses.of(draft.input())
                .forEach(
                    a ->
                        claims.add(
                            Prefix.host(a),
                            Claim.ofNode(draft.name(), "address", Claim.NODE_ADDRESS)));
            draft.endpoints.stream()
                .map(Endpoint::address)
                .flatMap(Optional::stream)
                .forEach(
                    a ->
                        claims.add(
                            Prefix.host(a),
                            Claim.ofNode(draft.name(), "endpoint", Claim.NODE_ADDRESS)));
          });
    }
  }
}
