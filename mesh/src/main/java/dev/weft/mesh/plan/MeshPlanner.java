package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.MeshInput;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.PeerInput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * From what the operator has read to what it publishes.
 *
 * <p>Claims count in this order: the mesh's and the cluster's own ranges; what nodes have in force;
 * what Peers have in force; what nodes claim anew; what Peers claim anew. Within a class the older
 * object wins, and the name decides between twins. So nothing that is in force is lost to somebody
 * else's new claim, however old the other's object is. What loses is left out, alone, and reported.
 *
 * <p>Each object is planned in {@link Isolation}, and has a bounded number of {@link Problems}.
 */
public final class MeshPlanner {
  private static final String MESH = "WireGuardMesh";

  private final ClusterSnapshot snapshot;
  private final List<MeshDecision> meshes = new ArrayList<>();
  private final List<NodeDecision> nodes = new ArrayList<>();
  private final List<PeerDecision> peers = new ArrayList<>();
  private long replanAt;

  private MeshPlanner(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** Plans all meshes. Independent of the order of the snapshot's lists. */
  public static MeshPlan plan(ClusterSnapshot snapshot) {
    return new MeshPlanner(snapshot).plan();
  }

  private MeshPlan plan() {
    var oldestMeshes =
        snapshot.meshes().stream()
            .sorted(byAge(MeshInput::createdAt, m -> !m.effective().isEmpty(), MeshInput::name))
            .toList();
    var oldestNodes =
        snapshot.nodes().stream()
            .sorted(byAge(NodeInput::createdAt, n -> !n.published().isEmpty(), NodeInput::name))
            .toList();
    var oldestPeers =
        snapshot.peers().stream()
            .sorted(byAge(PeerInput::createdAt, p -> !p.effective().isEmpty(), PeerInput::name))
            .toList();
    var decisions = oldestMeshes.stream().map(MeshCheck::check).toList();
    Map<String, Problems> extra = new HashMap<>();
    var nodesByMesh = nodesByMesh(decisions, oldestNodes, extra);
    var peersByMesh = peersByMesh(oldestMeshes, oldestPeers);
    for (var decision : decisions) {
      var problems = extra.getOrDefault(decision.name(), new Problems(MESH, decision.name()));
      problems.addAll(decision.problems());
      var ownPeers = peersByMesh.getOrDefault(decision.name(), List.of());
      if (decision.effective().isEmpty()) {
        ownPeers.forEach(p -> peers.add(unplanned(p, decision.name())));
      } else {
        var ownNodes = nodesByMesh.getOrDefault(decision.name(), List.of());
        var spec = decision.effective().getFirst();
        if (!Isolation.run(
            problems, () -> plan(decision.name(), spec, ownNodes, ownPeers, problems))) {
          keep(decision.name(), ownNodes, ownPeers);
        }
      }
      meshes.add(new MeshDecision(decision.name(), decision.effective(), problems.toList()));
    }
    meshes.sort(Comparator.comparing(MeshDecision::name));
    peers.sort(Comparator.comparing(PeerDecision::name));
    return new MeshPlan(meshes, nodes, peers, replanAt);
  }

  /** A mesh that can't be planned stays as it is; Peers that are to go, go. */
  private void keep(String mesh, List<NodeInput> ownNodes, List<PeerInput> ownPeers) {
    var names = ownNodes.stream().map(NodeInput::name).collect(Collectors.toSet());
    nodes.removeIf(n -> names.contains(n.name()));
    ownNodes.forEach(n -> nodes.add(new NodeDecision(n.name(), n.published(), List.of())));
    var peerNames = ownPeers.stream().map(PeerInput::name).collect(Collectors.toSet());
    peers.removeIf(p -> peerNames.contains(p.name()));
    for (var peer : ownPeers) {
      boolean disabled = Boolean.TRUE.equals(peer.spec().disabled());
      peers.add(
          disabled || peer.effective().isEmpty()
              ? unplanned(peer, mesh)
              : new PeerDecision(
                  peer.name(),
                  peer.effective(),
                  "",
                  peer.holdings().addresses(),
                  Set.of(),
                  List.of()));
    }
  }

  /**
   * Oldest first. Creation times are whole seconds, so of two objects of one second the one that is
   * in force already is the older: else the second could push out the first.
   */
  private static <T> Comparator<T> byAge(
      Function<T, String> createdAt, Predicate<T> isInForce, Function<T, String> name) {
    return Comparator.comparing((T t) -> createdAt.apply(t).isEmpty() ? "~" : createdAt.apply(t))
        .thenComparing(t -> !isInForce.test(t))
        .thenComparing(name);
  }

  private Map<String, List<NodeInput>> nodesByMesh(
      List<MeshDecision> decisions, List<NodeInput> oldestNodes, Map<String, Problems> extra) {
    Map<String, List<NodeInput>> byMesh = new LinkedHashMap<>();
    for (var node : oldestNodes) {
      var takers =
          decisions.stream()
              .filter(
                  d ->
                      d.effective().stream()
                          .anyMatch(s -> LabelSelection.matches(s.nodeSelector(), node.labels())))
              .toList();
      if (takers.isEmpty()) {
        nodes.add(new NodeDecision(node.name(), List.of(), List.of()));
        continue;
      }
      byMesh.computeIfAbsent(takers.getFirst().name(), m -> new ArrayList<>()).add(node);
      takers.stream()
          .skip(1)
          .forEach(
              d ->
                  extra
                      .computeIfAbsent(d.name(), m -> new Problems(MESH, m))
                      .error(
                          "status.nodes",
                          "NodeInTwoMeshes",
                          "spec.nodeSelector takes Node %s, which belongs to the older mesh %s; narrow one of the two"
                              .formatted(node.name(), takers.getFirst().name())));
    }
    return byMesh;
  }

  private Map<String, List<PeerInput>> peersByMesh(
      List<MeshInput> oldestMeshes, List<PeerInput> oldestPeers) {
    var names = oldestMeshes.stream().map(MeshInput::name).toList();
    Map<String, List<PeerInput>> byMesh = new TreeMap<>();
    for (var peer : oldestPeers) {
      var mesh = peer.spec().mesh();
      if (mesh == null && !peer.effective().isEmpty()) {
        mesh = peer.effective().getFirst().mesh();
      }
      if (mesh == null && names.size() == 1) {
        mesh = names.getFirst();
      }
      if (mesh != null && names.contains(mesh)) {
        byMesh.computeIfAbsent(mesh, m -> new ArrayList<>()).add(peer);
      } else {
        peers.add(homeless(peer, mesh, names));
      }
    }
    return byMesh;
  }

  private static PeerDecision homeless(
      PeerInput peer, @org.jspecify.annotations.Nullable String mesh, List<String> names) {
    var problem =
        mesh == null && !names.isEmpty()
            ? Problem.error(
                "Peer",
                peer.name(),
                "spec.mesh",
                "AmbiguousMesh",
                "absent, and there is more than one mesh; name one of " + String.join(", ", names))
            : Problem.error(
                "Peer",
                peer.name(),
                "spec.mesh",
                "NoSuchMesh",
                mesh == null
                    ? "there is no WireGuardMesh; create one"
                    : "there is no WireGuardMesh '%s'; there are: %s".formatted(mesh, names));
    return PeerDecision.none(peer.name(), peer.holdings().addresses(), List.of(problem));
  }

  private static PeerDecision unplanned(PeerInput peer, String mesh) {
    return PeerDecision.none(
        peer.name(),
        peer.holdings().addresses(),
        List.of(
            Problem.error(
                "Peer",
                peer.name(),
                "spec.mesh",
                "MeshNotAccepted",
                "WireGuardMesh " + mesh + " has no accepted spec; correct it first")));
  }

  private void plan(
      String name,
      WireGuardMeshSpec mesh,
      List<NodeInput> ownNodes,
      List<PeerInput> ownPeers,
      Problems problems) {
    var claims = new PrefixIndex<Claim>();
    claim(claims, name, mesh.addresses(), "mesh address range", Claim.MESH_ADDRESSES);
    claim(claims, name, mesh.podCIDRs(), "pod range", Claim.POD_CIDR);
    claim(claims, name, mesh.serviceCIDRs(), "service range", "OverlapsServiceCIDR");
    var servers = ApiServerClaims.of(mesh, snapshot.apiServers());
    servers.forEach(a -> claims.add(a, ApiServerClaims.claim(a, ownNodes)));
    var addresses = new AddressAllocation(mesh.addresses().stream().map(Prefix::parse).toList());
    addresses.avoid(snapshot.formerAddresses());
    servers.forEach(addresses::block);
    // What Peers hold of the range isn't given to a new node; what a node holds is not theirs.
    for (var peer : ownPeers) {
      peer.effective().stream()
          .flatMap(e -> e.allowedIPs().stream())
          .forEach(text -> block(addresses, text));
      peer.holdings().addresses().forEach(text -> block(addresses, text));
    }
    Map<PublicKey, Claim> keys = new HashMap<>();
    var gateways = new PeerGateways();
    var now = snapshot.nowEpochSecond();
    var nodePlanner =
        new NodePlanner(
            name,
            mesh,
            claims,
            addresses,
            keys,
            now,
            () -> InForce.revision(snapshot, name),
            ownNodes);
    var peerPlanner =
        new PeerPlanner(
            name,
            mesh,
            claims,
            addresses,
            keys,
            gateways,
            snapshot.unresolvedNames(),
            snapshot.reservedNames(),
            now);
    nodePlanner.claimInForce();
    peerPlanner.claimInForce(ownPeers);
    var decisions = nodePlanner.plan();
    nodes.addAll(decisions);
    if (nodePlanner.settlesAt() > 0) {
      replanAt =
          replanAt == 0 ? nodePlanner.settlesAt() : Math.min(replanAt, nodePlanner.settlesAt());
    }
    for (var decision : decisions) {
      for (var spec : decision.spec()) {
        spec.addresses()
            .forEach(
                a ->
                    claims.add(
                        Prefix.parse(a),
                        Claim.ofNode(decision.name(), "mesh address", Claim.NODE_ADDRESS)));
        if (spec.peerGateway()) {
          gateways.add(decision.name(), spec);
        }
      }
    }
    reserveOthers(claims, ownNodes);
    peerPlanner.reserveEndpoints(ownPeers);
    ownPeers.forEach(p -> peers.add(peerPlanner.plan(p)));
    problems.addAll(nodePlanner.meshProblems());
    problems.addAll(EgressCheck.check(name, mesh, gateways));
  }

  /** The addresses of the cluster's other nodes are no Peer's either. */
  private void reserveOthers(PrefixIndex<Claim> claims, List<NodeInput> ownNodes) {
    var own = ownNodes.stream().map(NodeInput::name).collect(Collectors.toSet());
    for (var node : snapshot.nodes()) {
      if (!own.contains(node.name())) {
        Isolation.run(
            new Problems("Node", node.name()),
            () ->
                NodeAddresses.of(node)
                    .forEach(
                        a ->
                            claims.add(
                                Prefix.host(a),
                                Claim.ofNode(node.name(), "address", Claim.NODE_ADDRESS))));
      }
    }
  }

  private static void block(AddressAllocation addresses, String text) {
    try {
      addresses.block(Prefix.parse(text));
    } catch (IllegalArgumentException e) {
      return; // no prefix, so nothing to keep free
    }
  }

  private static void claim(
      PrefixIndex<Claim> claims, String mesh, List<String> ranges, String what, String reason) {
    for (var range : ranges) {
      claims.add(Prefix.parse(range), new Claim("WireGuardMesh", mesh, what, reason));
    }
  }
}
