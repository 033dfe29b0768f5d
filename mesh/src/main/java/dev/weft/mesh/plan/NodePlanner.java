package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.plan.gateway.LocationGateways;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.NodeInput;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plans the nodes of one mesh: claims in order of age, addresses, roles. */
final class NodePlanner {
  private final String meshName;
  private final WireGuardMeshSpec mesh;
  private final AddressAllocation addresses;
  private final List<Problem> meshProblems = new ArrayList<>();
  private final long now;
  private final List<NodeDraft> drafts;
  private final NodeClaims nodeClaims;
  private final LanePlanner lanes;
  private final ObservedEndpoints observed = new ObservedEndpoints();
  private long settlesAt;

  /**
   * A planner that adds to what is claimed.
   *
   * @param claims the mesh's own ranges; the nodes' are added
   * @param addresses what Peers hold is taken already
   * @param keys by owner; the nodes' are added
   * @param now seconds of the epoch
   * @param inForce revision of what is published of the mesh now
   * @param oldestFirst the nodes
   */
  NodePlanner(
      String meshName,
      WireGuardMeshSpec mesh,
      PrefixIndex<Claim> claims,
      AddressAllocation addresses,
      Map<PublicKey, Claim> keys,
      long now,
      Supplier<String> inForce,
      List<NodeInput> oldestFirst) {
    this.meshName = meshName;
    this.mesh = mesh;
    this.addresses = addresses;
    this.now = now;
    var ranges = NodeReading.nodeRanges(mesh);
    var locations = new LocationEntries(meshName, mesh, oldestFirst);
    meshProblems.addAll(locations.problems());
    this.drafts = oldestFirst.stream().map(n -> draft(n, mesh, locations.of(n), ranges)).toList();
    this.nodeClaims = new NodeClaims(meshName, mesh, claims, keys, drafts);
    this.lanes = new LanePlanner(mesh, keys, inForce, drafts);
  }

  /** What is in force of a node stays so while it can't be read. */
  private static NodeDraft draft(
      NodeInput node, WireGuardMeshSpec mesh, Optional<LocationEntry> entry, List<Prefix> ranges) {
    var problems = new Problems("Node", node.name());
    return new NodeDraft(
        Isolation.of(
            problems,
            () -> NodeReading.read(node, mesh, entry, ranges, problems),
            () ->
                Isolation.of(
                    problems,
                    () -> NodeReading.ofPublished(node, mesh, entry, problems),
                    () -> NodeReading.nothing(node, mesh, problems))));
  }

  List<Problem> meshProblems() {
    return meshProblems;
  }

  /** When the choice of a gateway is due that waits now, seconds of the epoch; 0: none waits. */
  long settlesAt() {
    return settlesAt;
  }

  /** Claims what the nodes have in force. */
  void claimInForce() {
    nodeClaims.claimInForce();
    lanes.claimInForce();
  }

  /** Claims what else they want, and decides. */
  List<NodeDecision> plan() {
    nodeClaims.claimNew();
    meshProblems.addAll(nodeClaims.meshProblems());
    allocate();
    observe();
    var gateways = gateways();
    var home = home(gateways);
    nodeClaims.sharedEndpoints().forEach(this::shared);
    return drafts.stream()
        .map(d -> decide(d, d.name().equals(gateways.get(d.location)), d.location.equals(home)))
        .sorted(PUBLISHING_ORDER)
        .toList();
  }

  private void shared(String endpoint, List<String> nodes) {
    meshProblems.add(
        Problem.warning(
            "WireGuardMesh",
            meshName,
            "status.nodes",
            "SameEndpoint",
            "endpoint %s of Node %s is claimed by %s as well, which %s left without it"
                .formatted(
                    endpoint,
                    nodes.getFirst(),
                    String.join(", ", nodes.stream().skip(1).limit(5).toList()),
                    nodes.size() == 2 ? "is" : "are")));
  }

  /**
   * The location through which roaming Peers reach what belongs to no location: the one that is it
   * already while it can be called; in a mesh of an older operator, which chose by name, the one
   * that its agents use; else that of the oldest node. A node that joins with a name of its choice
   * never becomes it while another can be called.
   */
  private String home(Map<String, String> gateways) {
    var byAge = new ArrayList<String>();
    for (var draft : drafts) {
      boolean isCallable =
          draft.name().equals(gateways.get(draft.location)) && !draft.endpoints.isEmpty();
      if (isCallable) {
        byAge.add(draft.location);
      }
    }
    var locations = drafts.stream().map(d -> d.location).distinct().toList();
    byAge.sort(Comparator.comparingInt(locations::indexOf));
    var chosen = published(WireGuardNodeSpec::home);
    if (!chosen.isEmpty()) {
      return byAge.stream().filter(chosen::contains).findFirst().orElse(first(byAge));
    }
    var byName =
        published(p -> p.devices().stream().anyMatch(d -> !d.endpoints().isEmpty())).stream()
            .filter(byAge::contains)
            .toList();
    return byName.isEmpty() ? first(byAge) : byName.getFirst();
  }

  private static String first(List<String> locations) {
    return locations.isEmpty() ? "" : locations.getFirst();
  }

  /** Locations of which such a gateway is published, by name. */
  private Set<String> published(Predicate<WireGuardNodeSpec> gateway) {
    var locations = new TreeSet<String>();
    for (var draft : drafts) {
      draft.input().published().stream()
          .filter(p -> p.peerGateway() && gateway.test(p))
          .map(WireGuardNodeSpec::location)
          .forEach(locations::add);
    }
    return locations;
  }

  private void allocate() {
    Map<NodeDraft, Map<Family, IpAddress>> held = new HashMap<>();
    for (var draft : drafts) {
      var own = new TreeMap<Family, IpAddress>();
      for (var published : draft.input().published()) {
        for (var text : published.addresses()) {
          draft.step(() -> recorded(draft, text, own));
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
                      draft.error(
                          "spec.addresses",
                          "AddressesExhausted",
                          "no free mesh address is left in %s; add a wider range to the mesh"
                              .formatted(mesh.addresses())));
        }
      }
      draft.addresses = List.copyOf(own.values());
    }
  }

  private void recorded(NodeDraft draft, String text, Map<Family, IpAddress> own) {
    try {
      var address = IpAddress.parse(text);
      if (addresses.take(address)) {
        own.put(address.family(), address);
      } else {
        draft.error(
            "WireGuardNode.spec.addresses",
            "AddressTaken",
            "%s is outside of %s or held by an older node; another is given"
                .formatted(text, mesh.addresses()));
      }
    } catch (IllegalArgumentException e) {
      draft.error("WireGuardNode.spec.addresses", "InvalidAddress", String.valueOf(e.getMessage()));
    }
  }

  /** Where those are seen that no node could call first. */
  private void observe() {
    drafts.stream().filter(d -> d.hasKey).forEach(d -> d.step(() -> observed.add(d.input())));
    for (var draft : drafts) {
      if (draft.hasKey && draft.endpoints.isEmpty()) {
        draft
            .reading
            .publicKey()
            .ifPresent(
                key -> draft.observedEndpoints = observed(draft, key, draft.publishedDevice()));
      }
    }
  }

  private List<String> observed(NodeDraft draft, PublicKey key, Stream<NodeDevice> published) {
    var before = published.flatMap(d -> d.observedEndpoints().stream()).toList();
    return callable(draft, observed.of(key, before));
  }

  /**
   * Of where a node is seen, what may be called: tunnels at internal addresses, opened before these
   * were ruled out, show each end there.
   */
  private List<String> callable(NodeDraft draft, List<String> observed) {
    if (mesh.internalEndpoints() != InternalEndpoints.NEVER) {
      return observed;
    }
    return observed.stream()
        .filter(e -> Endpoint.parse(e).address().filter(draft.internalIPs::contains).isEmpty())
        .toList();
  }

  private Map<String, String> gateways() {
    var locations = new LocationGateways(meshName, now);
    for (var draft : drafts) {
      boolean isObserved = !draft.observedEndpoints.isEmpty() || meetsInside(draft);
      var candidate = draft.candidate(isObserved, lanes.isHolder(draft), reportedAt(draft));
      locations.add(draft.location, candidate);
      lanes.add(draft, candidate);
    }
    var gateways = locations.choose();
    lanes.choose(gateways);
    drafts.stream()
        .filter(d -> d.reading.isLeaving() && d.name().equals(gateways.get(d.location)))
        .forEach(NodePlanner::stays);
    meshProblems.addAll(locations.problems());
    settlesAt = locations.settlesAt();
    return gateways;
  }

  /**
   * Whether it has a tunnel to a node of another location that can't be called from outside either.
   */
  private boolean meetsInside(NodeDraft draft) {
    if (mesh.internalEndpoints() == InternalEndpoints.NEVER || draft.internalIPs.isEmpty()) {
      return false;
    }
    var answering =
        draft.input().report().stream()
            .flatMap(r -> r.peers().stream())
            .filter(p -> p.handshake().equals("Fresh"))
            .map(ReportedPeer::publicKey)
            .collect(Collectors.toSet());
    return drafts.stream()
        .filter(d -> d.hasKey && d.endpoints.isEmpty() && !d.location.equals(draft.location))
        .flatMap(d -> d.reading.publicKey().stream())
        .anyMatch(key -> answering.contains(key.text()));
  }

  private static void stays(NodeDraft draft) {
    draft.warn(
        draft.reading.leavingField(),
        "NoSuccessor",
        "no other node of location %s is ready to be its gateway; the location is cut off when this one stops. A ready node has an agent, may be a gateway, is not cordoned, and has an endpoint if this one has"
            .formatted(draft.location));
  }

  private static long reportedAt(NodeDraft draft) {
    try {
      return draft.hasKey ? Instant.parse(draft.input().reportedAt()).getEpochSecond() : 0;
    } catch (DateTimeParseException e) {
      return 0; // on paper there is no report at any time
    }
  }

  private NodeDecision decide(NodeDraft draft, boolean isGateway, boolean isHome) {
    if (draft.hasFailed) {
      draft.hasKey = false;
      if (!draft.input().published().isEmpty()) {
        return new NodeDecision(draft.name(), draft.input().published(), draft.problems.toList());
      }
    }
    var role =
        switch (mesh.granularity()) {
          case FULL -> NodeRole.GATEWAY;
          case LOCATION -> isGateway || lanes.isFurther(draft) ? NodeRole.GATEWAY : NodeRole.MEMBER;
          case CROSS ->
              isGateway || (draft.hasKey && !draft.endpoints.isEmpty())
                  ? NodeRole.GATEWAY
                  : NodeRole.MEMBER;
        };
    var devices =
        draft.hasKey
            ? Stream.concat(
                    draft.reading.publicKey().stream().map(k -> device(draft, k)),
                    lanes.devices(draft, (k, before) -> observed(draft, k, before)).stream())
                .toList()
            : List.<NodeDevice>of();
    var spec =
        new WireGuardNodeSpec(
            meshName,
            draft.location,
            role,
            isGateway,
            lanes.ordinal(draft).orElse(null),
            lanes.isDraining(draft) ? Boolean.TRUE : null,
            isGateway && isHome,
            texts(draft.addresses),
            texts(draft.podCIDRs),
            texts(draft.internalIPs),
            texts(draft.meshedIPs),
            texts(draft.locationCIDRs),
            keepalive(draft),
            devices,
            draft.reading.encapsulations());
    return new NodeDecision(draft.input().name(), List.of(spec), draft.problems.toList());
  }

  private @Nullable String keepalive(NodeDraft draft) {
    var annotated = draft.reading.keepalive();
    if (annotated.isPresent()) {
      return annotated.get() == 0 ? null : annotated.get() + "s";
    }
    return !draft.endpoints.isEmpty() || mesh.persistentKeepalive().equals("0s")
        ? null
        : mesh.persistentKeepalive();
  }

  private NodeDevice device(NodeDraft draft, PublicKey key) {
    return new NodeDevice(
        DeviceId.DEFAULT.lane(),
        DeviceId.DEFAULT.generation(),
        key.text(),
        draft.reading.listenPort(),
        draft.endpoints.stream().map(Endpoint::toString).toList(),
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
}
