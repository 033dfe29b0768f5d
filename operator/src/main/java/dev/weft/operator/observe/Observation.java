package dev.weft.operator.observe;

import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.Liveness;
import io.fabric8.kubernetes.api.model.Node;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The objects as read, by name, and the snapshot made of them.
 *
 * @param nodes Nodes
 * @param meshes meshes
 * @param peers Peers
 * @param wireGuardNodes published configurations
 * @param reports agents' reports
 * @param secrets of Peers
 * @param liveness by node; absent: never heard of
 * @param snapshot for the planner
 * @param at wall clock
 */
public record Observation(
    Map<String, Node> nodes,
    Map<String, WireGuardMesh> meshes,
    Map<String, Peer> peers,
    Map<String, WireGuardNode> wireGuardNodes,
    Map<String, NodeReport> reports,
    PeerSecrets secrets,
    Map<String, Liveness> liveness,
    ClusterSnapshot snapshot,
    Instant at) {
  /** Gateways of a mesh that keep their roles though their Leases have run out. */
  public Set<String> frozen(String mesh) {
    return wireGuardNodes.entrySet().stream()
        .filter(n -> n.getValue().getSpec() != null && n.getValue().getSpec().mesh().equals(mesh))
        .map(Map.Entry::getKey)
        .filter(n -> liveness.get(n) == Liveness.FROZEN)
        .collect(Collectors.toSet());
  }

  /** What {@link #trustedReports} say, by node. */
  public Map<String, NodeReportSpec> heardReports() {
    return trustedReports().stream()
        .collect(Collectors.toMap(r -> r.getMetadata().getName(), NodeReport::getSpec));
  }

  /** Reports of nodes that aren't known to be gone: what those said last is no longer so. */
  public List<NodeReport> trustedReports() {
    return reports.entrySet().stream()
        .filter(e -> !liveness.getOrDefault(e.getKey(), Liveness.UNKNOWN).isSilent())
        .map(Map.Entry::getValue)
        .toList();
  }
}
