package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.ReportedDevice;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.plan.gateway.Fate;
import dev.weft.mesh.plan.gateway.GatewayChoice;
import dev.weft.mesh.plan.gateway.LaneGateways;
import dev.weft.mesh.view.MeshNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Plans the gateways beside the first of each location, and the devices of their lanes: their keys,
 * ports and endpoints. It does nothing unless a mesh has several gateways per location.
 */
final class LanePlanner {
  private static final int LAST_PORT = 65535;

  private final WireGuardMeshSpec mesh;
  private final boolean isOn;
  private final Map<PublicKey, Claim> keys;
  private final List<NodeDraft> drafts;
  private final LaneDrains drains;
  private final LaneGateways gateways = new LaneGateways();
  private final Map<String, SortedMap<Integer, PublicKey>> accepted = new HashMap<>();
  private final Map<String, String> endpoints = new HashMap<>();
  private Map<String, Integer> ordinals = Map.of();
  private Set<String> draining = Set.of();
  private int lanes;

  /**
   * A planner that adds to what is claimed.
   *
   * @param keys by owner; those of lanes are added
   * @param inForce revision of what is published of the mesh now
   * @param oldestFirst the nodes of the mesh
   */
  LanePlanner(
      WireGuardMeshSpec mesh,
      Map<PublicKey, Claim> keys,
      Supplier<String> inForce,
      List<NodeDraft> oldestFirst) {
    this.mesh = mesh;
    this.isOn = mesh.granularity() == Granularity.LOCATION;
    this.keys = keys;
    this.drafts = oldestFirst;
    this.drains = new LaneDrains(oldestFirst, inForce);
  }

  /** Claims the keys of lanes that are published and still reported. */
  void claimInForce() {
    if (isOn) {
      drafts.forEach(d -> d.step(() -> claimKeys(d, MeshNode.MAX_ORDINAL, true)));
    }
  }

  /** A node as a possible gateway, beside others. */
  void add(NodeDraft draft, GatewayChoice.Candidate candidate) {
    if (isOn) {
      gateways.add(
          draft.location,
          new LaneGateways.Candidate(candidate, held(draft), Fate.of(draft.input().labels())));
    }
  }

  /** Chooses the gateways by their ordinals, and claims the keys of their lanes. */
  void choose(Map<String, String> firsts) {
    if (!isOn) {
      return;
    }
    var choice = gateways.choose(firsts, mesh.gatewaysPerLocation(), drains::waitsFor);
    ordinals = choice.ordinals();
    draining = choice.draining().keySet();
    drafts.forEach(
        d -> Optional.ofNullable(choice.draining().get(d.name())).ifPresent(w -> warn(d, w)));
    // Lanes to gateways that are given up stay until these are no longer published.
    int held = drafts.stream().mapToInt(d -> held(d).orElse(0)).max().orElse(0);
    lanes = Math.max(held, ordinals.values().stream().mapToInt(o -> o).max().orElse(0));
    for (var draft : drafts) {
      draft.endpoints.forEach(e -> endpoints.putIfAbsent(key(e), draft.name()));
      if (ordinals.containsKey(draft.name())) {
        draft.step(() -> claimKeys(draft, lanes, false));
      }
    }
  }

  /** Whether a node is published as one of several gateways of its location. */
  boolean isHolder(NodeDraft draft) {
    return isOn && held(draft).isPresent();
  }

  private static void warn(NodeDraft draft, String wait) {
    draft.warn(
        "WireGuardNode.spec.draining",
        "Draining",
        "it is still a gateway of location %s, beside others that take over: %s; don't stop it yet"
            .formatted(draft.location, wait));
  }

  /** Whether a node is a gateway that others are to leave. */
  boolean isDraining(NodeDraft draft) {
    return draining.contains(draft.name());
  }

  /** Whether a node is a gateway beside the first of its location. */
  boolean isFurther(NodeDraft draft) {
    return ordinals.containsKey(draft.name());
  }

  /** The ordinal to publish; empty: the node is no gateway, or no location has several. */
  Optional<Integer> ordinal(NodeDraft draft) {
    return lanes == 0 ? Optional.empty() : Optional.ofNullable(ordinals.get(draft.name()));
  }

  /**
   * The devices of the lanes above 0 of a gateway.
   *
   * @param observed gives where others see a key, after what is published of it
   */
  List<NodeDevice> devices(
      NodeDraft draft, BiFunction<PublicKey, Stream<NodeDevice>, List<String>> observed) {
    var devices = new ArrayList<NodeDevice>();
    if (draft.hasKey && ordinal(draft).isPresent()) {
      accepted
          .getOrDefault(draft.name(), new TreeMap<>())
          .headMap(lanes + 1)
          .forEach((lane, key) -> device(draft, lane, key, observed).ifPresent(devices::add));
    }
    return devices;
  }

  private Optional<NodeDevice> device(
      NodeDraft draft,
      int lane,
      PublicKey key,
      BiFunction<PublicKey, Stream<NodeDevice>, List<String>> observed) {
    var own = draft.endpoints.stream().filter(e -> e.port() + lane <= LAST_PORT).toList();
    int port = draft.reading.listenPort() + lane;
    if (port > LAST_PORT || own.size() < draft.endpoints.size()) {
      draft.error(
          "NodeReport.spec.devices",
          "NoPortForLane",
          "lane %d would have a port above 65535; set weft.dev/listen-port, and the port of weft.dev/endpoint, to at most %d"
              .formatted(lane, LAST_PORT - MeshNode.MAX_ORDINAL));
      return Optional.empty();
    }
    var called = new ArrayList<String>();
    for (var endpoint : own) {
      var shifted = new Endpoint(endpoint.host(), endpoint.port() + lane);
      var holder = endpoints.putIfAbsent(key(shifted), draft.name());
      if (holder == null) {
        called.add(shifted.toString());
      } else {
        draft.error(
            NodeAnnotations.endpointField(draft.input().annotations()),
            "SameEndpoint",
            "endpoint %s of lane %d is that of Node %s, which keeps it; leave %d ports free behind each endpoint"
                .formatted(shifted, lane, holder, MeshNode.MAX_ORDINAL));
      }
    }
    return Optional.of(
        new NodeDevice(
            lane,
            DeviceId.DEFAULT.generation(),
            key.text(),
            port,
            called,
            called.isEmpty() ? observed.apply(key, published(draft, lane)) : List.of()));
  }

  private static String key(Endpoint endpoint) {
    return endpoint.toString().toLowerCase(Locale.ROOT);
  }

  private void claimKeys(NodeDraft draft, int last, boolean inForce) {
    for (int lane = 1; lane <= last; lane++) {
      var said = reported(draft, lane);
      boolean isPublished =
          published(draft, lane).anyMatch(d -> said.filter(d.publicKey()::equals).isPresent());
      if (said.isPresent() && isPublished == inForce) {
        claim(draft, lane, said.get());
      }
    }
  }

  private void claim(NodeDraft draft, int lane, String text) {
    var field = "NodeReport.spec.devices[" + lane + "].publicKey";
    try {
      var key = new PublicKey(text);
      var owner = keys.putIfAbsent(key, Claim.ofNode(draft.name(), "key", "DuplicateKey"));
      if (owner == null) {
        accepted.computeIfAbsent(draft.name(), n -> new TreeMap<>()).put(lane, key);
      } else {
        draft.error(
            field,
            "DuplicateKey",
            "key %s is that of %s %s, which keeps it; lane %d of this node is left out"
                .formatted(key, owner.kind(), owner.name(), lane));
      }
    } catch (IllegalArgumentException e) {
      draft.error(field, "InvalidKey", e.getMessage() + "; lane " + lane + " is left out");
    }
  }

  /** The key of a lane; what was published stays while there is no report. */
  private static Optional<String> reported(NodeDraft draft, int lane) {
    var report = draft.input().report();
    return report.isEmpty()
        ? published(draft, lane).map(NodeDevice::publicKey).findFirst()
        : report.stream()
            .flatMap(r -> r.device(lane).stream())
            .map(ReportedDevice::publicKey)
            .findFirst();
  }

  private static Stream<NodeDevice> published(NodeDraft draft, int lane) {
    return draft.input().published().stream().flatMap(p -> p.device(lane).stream());
  }

  /** The ordinal that is published for a node as a gateway of the location that it is in. */
  static OptionalInt held(NodeDraft draft) {
    return draft.input().published().stream()
        .filter(p -> p.role() == NodeRole.GATEWAY && p.location().equals(draft.location))
        .mapToInt(LanePlanner::ordinal)
        .filter(o -> o >= 0 && o <= MeshNode.MAX_ORDINAL)
        .findFirst();
  }

  private static int ordinal(WireGuardNodeSpec published) {
    var ordinal = published.ordinal();
    return ordinal == null ? 0 : ordinal;
  }
}
