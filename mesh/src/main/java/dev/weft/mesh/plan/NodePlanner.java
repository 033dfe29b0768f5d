package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.plan.gateway.GatewayChoice;
import dev.weft.mesh.plan.gateway.LocationGateways;
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
        oldestFirst.stream().map(n -> new NodeDraft(NodeReading.read(n, mesh, ranges))).toList();
    new NodeClaims(mesh, claims, keys).claim(drafts);
    allocate(drafts);
    observe(drafts);
    var gateways = gateways(drafts);
    return drafts.stream()
        .map(d -> decide(d, d.input().name().equals(gateways.get(d.location))))
        .sorted(PUBLISHING_ORDER)
        .toList();
  }

  private void allocate(List<NodeDraft> drafts) {
    Map<NodeDraft, Map<Family, IpAddress>> held = new HashMap<>();
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

  /** Where those are seen that nobody could call first. */
  private static void observe(List<NodeDraft> drafts) {
    var observed = new ObservedEndpoints(drafts.stream().map(NodeDraft::input).toList());
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

  private Map<String, String> gateways(List<NodeDraft> drafts) {
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

  private static long reportedAt(NodeDraft draft) {
    try {
      return draft.hasKey ? Instant.parse(draft.input().reportedAt()).getEpochSecond() : 0;
    } catch (DateTimeParseException e) {
      return 0; // on paper nobody reports at any time
    }
  }

  private NodeDecision decide(NodeDraft draft, boolean isGateway) {
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

  private static @org.jspecify.annotations.Nullable String keepalive(NodeDraft draft) {
    return draft.reading.keepalive().isEmpty() ? null : draft.reading.keepalive();
  }

  private NodeDevice device(NodeDraft draft, PublicKey key) {
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
}
