package dev.weft.mesh.cluster;

import dev.weft.api.v1alpha1.MeshGatewayStatus;
import dev.weft.api.v1alpha1.MeshLocationStatus;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.PeerInput;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * State of all objects at a glance; those that are not well come first.
 *
 * @param meshes meshes
 * @param locations of all meshes
 * @param nodes of all meshes
 * @param peers of all meshes
 */
public record Overview(
    List<MeshHealth> meshes,
    List<LocationHealth> locations,
    List<NodeHealth> nodes,
    List<PeerHealth> peers) {
  /**
   * A mesh.
   *
   * @param detail why it isn't well; else empty
   */
  public record MeshHealth(
      String name,
      boolean well,
      String granularity,
      int nodes,
      int readyNodes,
      int peers,
      String detail) {}

  /**
   * A location with its gateways.
   *
   * @param gatewayStates by ordinal, where a location of the mesh has several
   * @param detail why it isn't well, and which of several gateways don't carry their share
   */
  public record LocationHealth(
      String mesh,
      String name,
      boolean well,
      int nodes,
      List<String> gateways,
      List<MeshGatewayStatus> gatewayStates,
      String detail) {
    public LocationHealth {
      gateways = List.copyOf(gateways);
      gatewayStates = List.copyOf(gatewayStates);
    }
  }

  /**
   * A node.
   *
   * @param fresh tunnels with a handshake of the last three minutes
   * @param tunnels tunnels to other nodes
   */
  public record NodeHealth(
      String name,
      boolean well,
      String location,
      String role,
      String address,
      String endpoint,
      int fresh,
      int tunnels,
      String agent,
      String detail) {}

  /**
   * A Peer.
   *
   * @param connected True, False or Unknown
   * @param endpointClass what kind of address it calls from; empty: not known
   */
  public record PeerHealth(
      String name,
      boolean well,
      String accepted,
      String connected,
      String lastHandshake,
      String endpointClass,
      String location,
      String gateway,
      List<String> allowedIPs,
      boolean outdated,
      String expiresAt,
      String detail) {
    public PeerHealth {
      allowedIPs = List.copyOf(allowedIPs);
    }
  }

  private static final String OUT_OF_DATE =
      "the operator has not acted on the last change of the spec yet";

  /** How good a state is. */
  public static Overview of(ClusterState state) {
    var nodes = state.snapshot().nodes().stream().flatMap(n -> node(state, n)).toList();
    return new Overview(
        sorted(state.snapshot().meshes().stream().map(m -> mesh(state, m.name())).toList()),
        locations(state),
        nodes.stream()
            .sorted(Comparator.comparing(NodeHealth::well).thenComparing(NodeHealth::name))
            .toList(),
        state.snapshot().peers().stream()
            .map(p -> peer(state, p))
            .sorted(Comparator.comparing(PeerHealth::well).thenComparing(PeerHealth::name))
            .toList());
  }

  private static List<MeshHealth> sorted(List<MeshHealth> meshes) {
    return meshes.stream()
        .sorted(Comparator.comparing(MeshHealth::well).thenComparing(MeshHealth::name))
        .toList();
  }

  /** Whether all of it is well. */
  public boolean isWell() {
    return meshes.stream().allMatch(MeshHealth::well)
        && locations.stream().allMatch(LocationHealth::well)
        && nodes.stream().allMatch(NodeHealth::well)
        && peers.stream().allMatch(PeerHealth::well);
  }

  private static MeshHealth mesh(ClusterState state, String name) {
    var status = Optional.ofNullable(state.meshes().get(name));
    var bad = status.stream().flatMap(s -> bad(s.conditions())).findFirst();
    boolean outOfDate =
        status
            .filter(s -> state.isOutOfDate("WireGuardMesh", name, s.observedGeneration()))
            .isPresent();
    var spec = state.snapshot().meshes().stream().filter(m -> m.name().equals(name)).findFirst();
    return new MeshHealth(
        name,
        !outOfDate && status.filter(s -> isReady(s.conditions())).isPresent(),
        spec.map(m -> title(m.spec().granularity().name())).orElse(""),
        status.map(s -> s.nodes()).orElse(0),
        status.map(s -> s.readyNodes()).orElse(0),
        status.map(s -> s.peers()).orElse(0),
        status.isEmpty()
            ? "no status yet: is the operator running?"
            : outOfDate ? OUT_OF_DATE : bad.map(Overview::words).orElse(""));
  }

  /** What {@code kubectl wait --for=condition=Ready} waits for. */
  private static boolean isReady(List<Condition> conditions) {
    return condition(conditions, "Ready").filter(c -> "True".equals(c.getStatus())).isPresent();
  }

  private static List<LocationHealth> locations(ClusterState state) {
    return state.meshes().entrySet().stream()
        .flatMap(
            mesh ->
                mesh.getValue().locations().stream().map(l -> location(state, mesh.getKey(), l)))
        .sorted(Comparator.comparing(LocationHealth::well).thenComparing(LocationHealth::name))
        .toList();
  }

  private static LocationHealth location(
      ClusterState state, String mesh, MeshLocationStatus location) {
    var notes = LaneNote.of(state.snapshot(), mesh, location.name());
    boolean hasGateway = !location.gateways().isEmpty();
    return new LocationHealth(
        mesh,
        location.name(),
        hasGateway && notes.stream().noneMatch(LaneNote::isOut),
        location.nodes(),
        location.gateways(),
        location.gatewayStates(),
        hasGateway
            ? notes.stream().map(LaneNote::text).collect(Collectors.joining("; "))
            : "no gateway");
  }

  private static Stream<NodeHealth> node(ClusterState state, NodeInput node) {
    return node.published().stream().map(spec -> node(state, node, spec));
  }

  private static NodeHealth node(ClusterState state, NodeInput node, WireGuardNodeSpec spec) {
    var conditions = state.nodeConditions().getOrDefault(node.name(), List.of());
    // A node is Ready when its tunnels are; whether its host forwards, only its agent knows.
    var bad = Stream.concat(bad(conditions), hostFaults(node)).findFirst();
    boolean silent = node.liveness().isSilent();
    var keys =
        state.snapshot().nodes().stream()
            .flatMap(n -> n.published().stream())
            .flatMap(s -> s.devices().stream())
            .map(d -> d.publicKey())
            .toList();
    var tunnels =
        node.report().stream()
            .flatMap(r -> r.peers().stream())
            .filter(p -> keys.contains(p.publicKey()))
            .toList();
    var facts = node.report().stream().flatMap(r -> Stream.ofNullable(r.facts())).findFirst();
    return new NodeHealth(
        node.name(),
        bad.isEmpty() && !conditions.isEmpty() && !silent,
        spec.location(),
        spec.role() == NodeRole.GATEWAY ? "Gateway" : "Member",
        String.join(",", spec.addresses()),
        spec.devices().stream().flatMap(d -> d.endpoints().stream()).findFirst().orElse(""),
        (int) tunnels.stream().filter(p -> p.handshake().equals("Fresh")).count(),
        tunnels.size(),
        facts.map(f -> String.valueOf(f.agentVersion())).orElse(""),
        silent
            ? "its agent's Lease has run out"
            : conditions.isEmpty() ? "no status yet" : bad.map(Overview::words).orElse(""));
  }

  private static Stream<Condition> hostFaults(NodeInput node) {
    return node.report().stream()
        .flatMap(r -> r.conditions().stream())
        .filter(c -> c.getType().equals("Preflight") || c.getType().equals("CNI"))
        .filter(c -> "False".equals(c.getStatus()));
  }

  private static PeerHealth peer(ClusterState state, PeerInput peer) {
    var status = Optional.ofNullable(state.peers().get(peer.name()));
    var conditions = status.map(s -> s.conditions()).orElse(List.of());
    var accepted = condition(conditions, "Accepted");
    var connected = condition(conditions, "Connected");
    boolean outdated =
        condition(conditions, "ConfigOutdated")
            .filter(c -> "True".equals(c.getStatus()))
            .isPresent();
    boolean disabled = Boolean.TRUE.equals(peer.spec().disabled());
    boolean outOfDate =
        status
            .filter(s -> state.isOutOfDate("Peer", peer.name(), s.observedGeneration()))
            .isPresent();
    boolean isAccepted =
        !outOfDate && accepted.filter(c -> "True".equals(c.getStatus())).isPresent();
    return new PeerHealth(
        peer.name(),
        isAccepted && !outdated,
        disabled ? "Disabled" : accepted.map(Condition::getReason).orElse("Unknown"),
        connected.map(Condition::getStatus).orElse("Unknown"),
        status.map(s -> orEmpty(s.lastHandshake())).orElse(""),
        status
            .flatMap(s -> Optional.ofNullable(s.endpointClass()))
            .map(Object::toString)
            .orElse(""),
        orEmpty(peer.spec().location()),
        status.map(s -> orEmpty(s.gateway())).orElse(""),
        peer.effective().stream().flatMap(e -> e.allowedIPs().stream()).toList(),
        outdated,
        orEmpty(peer.spec().expiresAt()),
        outOfDate
            ? OUT_OF_DATE
            : !isAccepted
                ? accepted
                    .map(Condition::getMessage)
                    .orElse("no status yet: is the operator running?")
                : outdated ? "its configuration is outdated" : "");
  }

  private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "" : text;
  }

  private static Optional<Condition> condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  private static Stream<Condition> bad(List<Condition> conditions) {
    return conditions.stream().filter(c -> !"True".equals(c.getStatus()));
  }

  private static String words(Condition condition) {
    return condition.getReason() + ": " + condition.getMessage();
  }

  private static String title(String constant) {
    return constant.charAt(0) + constant.substring(1).toLowerCase(java.util.Locale.ROOT);
  }
}
