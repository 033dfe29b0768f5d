package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.label.LabelSelection;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.PrefixIndex;
import dev.weft.mesh.problem.Problem;
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
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * From what the operator has read to what it publishes.
 *
 * <p>Claims count in this order: the mesh's and the cluster's own ranges, then nodes, then Peers;
 * within a class the older object wins, and the name decides between twins. What loses is left out,
 * alone, and said.
 */
public final class MeshPlanner {
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
    Map<String, List<Problem>> extra = new HashMap<>();
    var nodesByMesh = nodesByMesh(decisions, oldestNodes, extra);
    var peersByMesh = peersByMesh(oldestMeshes, oldestPeers);
    for (var decision : decisions) {
      var problems = new ArrayList<>(decision.problems());
      problems.addAll(extra.getOrDefault(decision.name(), List.of()));
      var ownPeers = peersByMesh.getOrDefault(decision.name(), List.of());
      if (decision.effective().isEmpty()) {
        ownPeers.forEach(p -> peers.add(unplanned(p, decision.name())));
      } else {
        var ownNodes = nodesByMesh.getOrDefault(decision.name(), List.of());
        problems.addAll(plan(decision.name(), decision.effective().getFirst(), ownNodes, ownPeers));
      }
      meshes.add(new MeshDecision(decision.name(), decision.effective(), problems));
    }
    meshes.sort(Comparator.comparing(MeshDecision::name));
    peers.sort(Comparator.comparing(PeerDecision::name));
    return new MeshPlan(meshes, nodes, peers, replanAt);
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
      List<MeshDecision> decisions, List<NodeInput> oldestNodes, Map<String, List<Problem>> extra) {
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
                      .computeIfAbsent(d.name(), m -> new ArrayList<>())
                      .add(
                          Problem.error(
                              "WireGuardMesh",
                              d.name(),
                              "status.nodes",
                              "NodeInTwoMeshes",
                              "spec.nodeSelector takes Node %s, which belongs to the older mesh %s; narrow one of the two"
                                  .formatted(node.name(), takers.getFirst().name()))));
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
                "WireGuardMesh " + mesh + " has no accepted spec; mend it first")));
  }

  private List<Problem> plan(
      String name, WireGuardMeshSpec mesh, List<NodeInput> ownNodes, List<PeerInput> ownPeers) {
    var claims = new PrefixIndex<Claim>();
    claim(claims, name, mesh.addresses(), "mesh address range", "OverlapsMeshAddresses");
    claim(claims, name, mesh.podCIDRs(), "pod range", "OverlapsPodCIDR");
    claim(claims, name, mesh.serviceCIDRs(), "service range", "OverlapsServiceCIDR");
    var addresses = new AddressAllocation(mesh.addresses().stream().map(Prefix::parse).toList());
    // What Peers hold of the range isn't given to a new node; what a node holds is not theirs.
    for (var peer : ownPeers) {
      peer.effective().stream()
          .flatMap(e -> e.allowedIPs().stream())
          .forEach(text -> block(addresses, text));
      peer.holdings().addresses().forEach(text -> block(addresses, text));
    }
    Map<PublicKey, Claim> keys = new HashMap<>();
    var nodePlanner =
        new NodePlanner(name, mesh, claims, addresses, keys, snapshot.nowEpochSecond());
    var decisions = nodePlanner.plan(ownNodes);
    nodes.addAll(decisions);
    if (nodePlanner.settlesAt() > 0) {
      replanAt =
          replanAt == 0 ? nodePlanner.settlesAt() : Math.min(replanAt, nodePlanner.settlesAt());
    }
    var gateways = new PeerGateways();
    for (var decision : decisions) {
      for (var spec : decision.spec()) {
        spec.addresses()
            .forEach(
                a ->
                    claims.add(
                        Prefix.parse(a),
                        new Claim("Node", decision.name(), "mesh address", "OverlapsNodeAddress")));
        if (spec.peerGateway()) {
          gateways.add(decision.name(), spec);
        }
      }
    }
    var peerPlanner =
        new PeerPlanner(
            name,
            claims,
            addresses,
            keys,
            gateways,
            snapshot.unresolvedNames(),
            snapshot.nowEpochSecond());
    ownPeers.forEach(p -> peers.add(peerPlanner.plan(p)));
    var problems = new ArrayList<>(nodePlanner.meshProblems());
    problems.addAll(EgressCheck.check(name, mesh, gateways));
    return problems;
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
