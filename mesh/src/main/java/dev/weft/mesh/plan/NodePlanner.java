package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.NodeTraffic;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.NodeInput;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Plans the nodes of one mesh: claims in order of age, addresses, roles. */
final class NodePlanner {
  private final String meshName;
  private final WireGuardMeshSpec mesh;
  private final PrefixIndex<Claim> claims;
  private final AddressAllocation addresses;
  private final Map<PublicKey, Claim> keys;
  private final List<Problem> meshProblems = new ArrayList<>();
  private final long now;
  private long settlesAt;

  /** A node on its way to a decision. */
  private static final class Draft {
    final NodeReading reading;
    final List<Problem> problems;
    String location = "";
    List<IpAddress> internalIPs = List.of();
    List<IpAddress> meshedIPs = List.of();
    List<Prefix> podCIDRs = List.of();
    List<Prefix> locationCIDRs = List.of();
    List<IpAddress> addresses = List.of();
    boolean hasKey;
    List<String> observedEndpoints = List.of();

    Draft(NodeReading reading) {
      this.reading = reading;
      this.problems = new ArrayList<>(reading.problems());
    }

    NodeInput input() {
      return reading.input();
    }
  }

  /**
   * A planner that adds to what is claimed.
   *
   * @param claims the mesh's own ranges; the nodes' are added
   * @param addresses what Peers hold is taken already
   * @param keys by owner; the nodes' are added
   * @param now seconds of the epoch
   */
  NodePlanner(
      String meshName,
      WireGuardMeshSpec mesh,
      PrefixIndex<Claim> claims,
      AddressAllocation addresses,
      Map<PublicKey, Claim> keys,
      long now) {
    this.meshName = meshName;
    this.mesh = mesh;
    this.claims = claims;
    this.addresses = addresses;
    this.keys = keys;
    this.now = now;
  }

  List<Problem> meshProblems() {
    return meshProblems;
  }

  /** When the choice of a gateway is due that waits now, seconds of the epoch; 0: none waits. */
  long settlesAt() {
    return settlesAt;
  }

  /** Decisions for nodes that are given oldest first. */
  List<NodeDecision> plan(List<NodeInput> oldestFirst) {
    var ranges = NodeReading.nodeRanges(mesh);
    var drafts =
        oldestFirst.stream().map(n -> new Draft(NodeReading.read(n, mesh, ranges))).toList();
    drafts.forEach(this::claimKey);
    drafts.forEach(this::claimPodCIDRs);
    claimInternalIPs(drafts);
    claimLocationCIDRs(drafts);
    allocate(drafts);
    observe(drafts);
    var gateways = gateways(drafts);
    return drafts.stream()
        .map(d -> decide(d, d.input().name().equals(gateways.get(d.location))))
        .sorted(PUBLISHING_ORDER)
        .toList();
  }

  private void claimKey(Draft draft) {
    draft
        .reading
        .publicKey()
        .ifPresent(
            key -> {
              var owner = keys.putIfAbsent(key, new Claim("Node", draft.input().name(), "key", ""));
              draft.hasKey = owner == null;
              if (owner != null) {
                error(
                    draft,
                    "NodeReport.spec.devices[0].publicKey",
                    "DuplicateKey",
                    "key %s is that of %s %s already (a cloned machine?); stop the agent, remove its key file and start it again"
                        .formatted(key, owner.kind(), owner.name()));
              }
            });
  }

  private void claimPodCIDRs(Draft draft) {
    var accepted = new ArrayList<Prefix>();
    for (var prefix : draft.reading.podCIDRs()) {
      var claim = new Claim("Node", draft.input().name(), "pod CIDR", "OverlapsPodCIDR");
      var other = claims.overlapping(prefix, c -> !isPodRange(c));
      if (other.isPresent()) {
        conflict(draft, "spec.podCIDRs", prefix, other.get());
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

  private void claimInternalIPs(List<Draft> drafts) {
    Map<IpAddress, Draft> meshed = new HashMap<>();
    Map<String, Draft> inLocation = new HashMap<>();
    for (var draft : drafts) {
      var usable = new ArrayList<IpAddress>();
      var reachable = new ArrayList<IpAddress>();
      var location = draft.reading.location();
      for (var address : draft.reading.internalIPs()) {
        var other = claims.overlapping(Prefix.host(address));
        if (other.isPresent()) {
          conflict(draft, "status.addresses", Prefix.host(address), other.get());
          continue;
        }
        var twin = inLocation.putIfAbsent(location + " " + address, draft);
        if (twin != null) {
          error(
              draft,
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
          warn(
              draft,
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

  private void claimLocationCIDRs(List<Draft> drafts) {
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

  private boolean isLocationCIDR(Draft draft, Prefix prefix, List<Prefix> allowed) {
    var field = "metadata.annotations[weft.dev/location-cidrs]";
    boolean special = SpecialRanges.UNUSABLE.stream().anyMatch(p -> p.overlaps(prefix));
    if (prefix.length() == 0 || special) {
      error(draft, field, "LocationCIDRNotAllowed", prefix + " belongs to no location");
      return false;
    }
    if (!allowed.isEmpty() && allowed.stream().noneMatch(p -> p.contains(prefix))) {
      error(
          draft,
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
      conflict(draft, field, prefix, other.get());
    }
    return nodesInside;
  }

  private void allocate(List<Draft> drafts) {
    Map<Draft, Map<Family, IpAddress>> held = new HashMap<>();
    for (var draft : drafts) {
      var own = new TreeMap<Family, IpAddress>();
      for (var published : draft.input().published()) {
        for (var text : published.addresses()) {
          recorded(draft, text, own);
        }
      }
      held.put(draft, own);
    }
    for (var draft : drafts) {
      var own = held.getOrDefault(draft, Map.of());
      for (var family : addresses.families()) {
        if (!own.containsKey(family)) {
          addresses
              .allocate(family)
              .ifPresentOrElse(
                  a -> own.put(family, a),
                  () ->
                      error(
                          draft,
                          "spec.addresses",
                          "AddressesExhausted",
                          "no free mesh address is left in %s; add a wider range to the mesh"
                              .formatted(mesh.addresses())));
        }
      }
      draft.addresses = List.copyOf(own.values());
    }
  }

  private void recorded(Draft draft, String text, Map<Family, IpAddress> own) {
    try {
      var address = IpAddress.parse(text);
      if (addresses.take(address)) {
        own.put(address.family(), address);
      } else {
        error(
            draft,
            "WireGuardNode.spec.addresses",
            "AddressTaken",
            "%s is outside of %s or held by an older node; another is given"
                .formatted(text, mesh.addresses()));
      }
    } catch (IllegalArgumentException e) {
      error(
          draft, "WireGuardNode.spec.addresses", "InvalidAddress", String.valueOf(e.getMessage()));
    }
  }

  /** Where those are seen that nobody could call first. */
  private static void observe(List<Draft> drafts) {
    var observed = new ObservedEndpoints(drafts.stream().map(Draft::input).toList());
    for (var draft : drafts) {
      if (draft.hasKey && draft.reading.endpoints().isEmpty()) {
        var published =
            draft.input().published().stream()
                .flatMap(p -> p.devices().stream())
                .filter(d -> d.lane() == 0)
                .flatMap(d -> d.observedEndpoints().stream())
                .toList();
        draft
            .reading
            .publicKey()
            .ifPresent(key -> draft.observedEndpoints = observed.of(key, published));
      }
    }
  }

  private Map<String, String> gateways(List<Draft> drafts) {
    var locations = new LocationGateways(meshName, now);
    for (var draft : drafts) {
      var published = draft.input().published();
      boolean current =
          !published.isEmpty()
              && published.getFirst().peerGateway()
              && published.getFirst().location().equals(draft.location);
      locations.add(
          draft.location,
          new GatewayChoice.Candidate(
              draft.input().name(),
              draft.reading.preference(),
              !draft.reading.endpoints().isEmpty(),
              !draft.observedEndpoints.isEmpty(),
              draft.hasKey,
              draft.input().liveness(),
              current,
              reportedAt(draft)));
    }
    var gateways = locations.choose();
    meshProblems.addAll(locations.problems());
    settlesAt = locations.settlesAt();
    return gateways;
  }

  private static long reportedAt(Draft draft) {
    try {
      return draft.hasKey ? Instant.parse(draft.input().reportedAt()).getEpochSecond() : 0;
    } catch (DateTimeParseException e) {
      return 0; // on paper nobody reports at any time
    }
  }

  private NodeDecision decide(Draft draft, boolean isGateway) {
    var role =
        switch (mesh.granularity()) {
          case FULL -> NodeRole.GATEWAY;
          case LOCATION -> isGateway ? NodeRole.GATEWAY : NodeRole.MEMBER;
          case CROSS ->
              isGateway || (draft.hasKey && !draft.reading.endpoints().isEmpty())
                  ? NodeRole.GATEWAY
                  : NodeRole.MEMBER;
        };
    var devices =
        draft.hasKey
            ? draft.reading.publicKey().stream().map(k -> device(draft, k)).toList()
            : List.<NodeDevice>of();
    var spec =
        new WireGuardNodeSpec(
            meshName,
            draft.location,
            role,
            isGateway,
            texts(draft.addresses),
            texts(draft.podCIDRs),
            texts(draft.internalIPs),
            texts(draft.meshedIPs),
            texts(draft.locationCIDRs),
            keepalive(draft),
            devices,
            draft.reading.encapsulations());
    return new NodeDecision(draft.input().name(), List.of(spec), draft.problems);
  }

  private static @org.jspecify.annotations.Nullable String keepalive(Draft draft) {
    return draft.reading.keepalive().isEmpty() ? null : draft.reading.keepalive();
  }

  private NodeDevice device(Draft draft, PublicKey key) {
    return new NodeDevice(
        0,
        0,
        key.text(),
        draft.reading.listenPort(),
        draft.reading.endpoints().stream().map(Endpoint::toString).toList(),
        draft.observedEndpoints);
  }

  private static List<String> texts(List<?> values) {
    return values.stream().map(Object::toString).toList();
  }

  /** New gateways first, withdrawn ones last, so that a location is never without. */
  private static final Comparator<NodeDecision> PUBLISHING_ORDER =
      Comparator.comparing((NodeDecision d) -> !isGateway(d)).thenComparing(NodeDecision::name);

  private static boolean isGateway(NodeDecision decision) {
    return decision.spec().stream().anyMatch(s -> s.role() == NodeRole.GATEWAY);
  }

  private static void conflict(
      Draft draft, String field, Prefix prefix, Map.Entry<Prefix, Claim> other) {
    error(
        draft,
        field,
        other.getValue().reason(),
        "%s overlaps %s, %s; it is left out, renumber one of the two"
            .formatted(prefix, other.getKey(), other.getValue()));
  }

  private static void error(Draft draft, String field, String reason, String message) {
    draft.problems.add(Problem.error("Node", draft.input().name(), field, reason, message));
  }

  private static void warn(Draft draft, String field, String reason, String message) {
    draft.problems.add(Problem.warning("Node", draft.input().name(), field, reason, message));
  }
}
