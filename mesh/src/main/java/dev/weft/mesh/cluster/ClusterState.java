package dev.weft.mesh.cluster;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.PeerInput;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.MeshViewReader;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that was read.
 *
 * @param snapshot what the operator plans from
 * @param meshes status of each WireGuardMesh
 * @param nodeConditions status.conditions of each WireGuardNode
 * @param peers status of each Peer
 * @param pods of all namespaces; empty also where they were not read
 * @param policies NetworkPolicies of all namespaces
 * @param namespaces labels of each
 * @param generations metadata.generation by kind and name, as {@code Peer/phone}; absent: not known
 * @param access what could not be read, and what else is known of the API server
 */
public record ClusterState(
    ClusterSnapshot snapshot,
    Map<String, WireGuardMeshStatus> meshes,
    Map<String, List<Condition>> nodeConditions,
    Map<String, PeerStatus> peers,
    List<PodState> pods,
    List<PolicyState> policies,
    Map<String, Map<String, String>> namespaces,
    Map<String, Long> generations,
    AccessState access) {
  public ClusterState {
    meshes = Map.copyOf(meshes);
    nodeConditions = Map.copyOf(nodeConditions);
    peers = Map.copyOf(peers);
    pods = List.copyOf(pods);
    policies = List.copyOf(policies);
    namespaces = Map.copyOf(namespaces);
    generations = Map.copyOf(generations);
  }

  /** What the agents of every mesh act on, by mesh; a mesh with nothing in force has none. */
  public List<MeshView> views() {
    var specs = new HashMap<String, dev.weft.api.v1alpha1.WireGuardNodeSpec>();
    snapshot.nodes().forEach(n -> n.published().forEach(s -> specs.put(n.name(), s)));
    var effective = new HashMap<String, dev.weft.api.v1alpha1.EffectivePeer>();
    snapshot.peers().forEach(p -> p.effective().forEach(e -> effective.put(p.name(), e)));
    return snapshot.meshes().stream()
        .flatMap(
            m ->
                m.effective().stream()
                    .map(spec -> MeshViewReader.read(m.name(), spec, specs, effective).view()))
        .toList();
  }

  /**
   * Whether a status is about an older spec than the object has now, as {@code kubectl wait} and
   * kstatus judge it.
   */
  boolean isOutOfDate(String kind, String name, @Nullable Long observedGeneration) {
    var now = generations.get(kind + "/" + name);
    return now != null && observedGeneration != null && observedGeneration < now;
  }

  /** The Node of that name. */
  public Optional<NodeInput> node(String name) {
    return snapshot.nodes().stream().filter(n -> n.name().equals(name)).findFirst();
  }

  /** The Peer of that name. */
  public Optional<PeerInput> peer(String name) {
    return snapshot.peers().stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /** What the agent of a node reports. */
  public Optional<NodeReportSpec> report(String node) {
    return node(node).flatMap(n -> n.report().stream().findFirst());
  }

  /** The handshake that a node reports with a key: Fresh, Stale, Never; empty: not reported. */
  public String handshake(String node, String publicKey) {
    return report(node).stream()
        .flatMap(r -> r.peers().stream())
        .filter(p -> p.publicKey().equals(publicKey))
        .map(p -> p.handshake())
        .findFirst()
        .orElse("");
  }

  /** The handshake that a node reports with another: Fresh, Stale, Never; empty: not reported. */
  public String handshake(MeshNode node, MeshNode other) {
    return PeerDevice.of(node, other)
        .map(d -> handshake(node.name(), d.publicKey().text()))
        .orElse("");
  }

  /** Whether a node reports that it gets no answers through its tunnel to another. */
  public boolean isSilent(MeshNode node, MeshNode other) {
    return PeerDevice.of(node, other).stream()
        .flatMap(d -> reported(node.name(), d.publicKey()))
        .anyMatch(p -> Boolean.FALSE.equals(p.reachable()));
  }

  /** Whether a node reports answers through its tunnel to another; empty: it reports nothing. */
  Optional<Boolean> reaches(MeshNode node, MeshNode other) {
    return PeerDevice.of(node, other).stream()
        .flatMap(d -> reported(node.name(), d.publicKey()))
        .map(ReportedPeer::reachable)
        .filter(Objects::nonNull)
        .findFirst();
  }

  private Stream<ReportedPeer> reported(String node, PublicKey key) {
    return report(node).stream()
        .flatMap(r -> r.peers().stream())
        .filter(p -> p.publicKey().equals(key.text()));
  }

  /** The pod that has an address of its own. */
  public Optional<PodState> podAt(IpAddress address) {
    return pods.stream()
        .filter(p -> !p.hostNetwork() && p.addresses().contains(address))
        .findFirst();
  }
}
