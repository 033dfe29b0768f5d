package dev.weft.mesh.snapshot;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Node with what the operator published for it and what its agent reports.
 *
 * @param name metadata.name
 * @param createdAt metadata.creationTimestamp, RFC 3339; empty: unknown, taken for young
 * @param labels metadata.labels
 * @param annotations metadata.annotations
 * @param podCIDRs spec.podCIDRs, or spec.podCIDR
 * @param addresses status.addresses
 * @param published spec of its WireGuardNode; at most one
 * @param report spec of its NodeReport; at most one
 * @param reportedAt metadata.creationTimestamp of its NodeReport, RFC 3339; empty: unknown
 * @param liveness what its Lease says
 * @param isCordoned spec.unschedulable: {@code kubectl cordon} and {@code drain} set it; or its
 *     kubelet says that the node shuts down ({@link NodeShutdown})
 */
public record NodeInput(
    String name,
    String createdAt,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> podCIDRs,
    List<NodeAddress> addresses,
    List<WireGuardNodeSpec> published,
    List<NodeReportSpec> report,
    String reportedAt,
    Liveness liveness,
    boolean isCordoned) {
  public NodeInput {
    podCIDRs = List.copyOf(podCIDRs);
    addresses = List.copyOf(addresses);
    published = List.copyOf(published);
    report = List.copyOf(report);
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /**
   * What its agent reports of its tunnels to peers with these keys: whether each answers.
   *
   * @return none where it reports nothing of them
   */
  public Set<Boolean> reaches(Set<String> publicKeys) {
    return report.stream()
        .flatMap(r -> r.peers().stream())
        .filter(p -> publicKeys.contains(p.publicKey()))
        .map(ReportedPeer::reachable)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }
}
