package dev.weft.agent.report;

import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.view.LinkFacts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What an agent has to tell at one moment.
 *
 * @param own WireGuard devices of this node
 * @param host kernel, WireGuard, firewall, version; without links
 * @param links of the underlay
 * @param desired WireGuard devices as wanted; empty: not planned yet
 * @param seen WireGuard devices as read
 * @param pathMtus bytes that a tunnel carries, by peer of a device, where that is less than its
 *     device does
 * @param pulses whether a node at the other end of a watched tunnel is there, by peer; absent: not
 *     known
 * @param appliedRevision empty: nothing applied yet
 * @param findings conditions
 */
public record Observation(
    List<OwnDevice> own,
    NodeFactsReport host,
    List<LinkFacts> links,
    List<DesiredDevice> desired,
    List<SeenDevice> seen,
    Map<PeerId, Integer> pathMtus,
    Map<PeerId, Boolean> pulses,
    String appliedRevision,
    List<Finding> findings) {
  public Observation {
    own = List.copyOf(own);
    links = List.copyOf(links);
    desired = List.copyOf(desired);
    seen = List.copyOf(seen);
    pathMtus = Map.copyOf(pathMtus);
    pulses = Map.copyOf(pulses);
    findings = List.copyOf(findings);
  }

  /** The same with another finding of a type. */
  public Observation with(Finding finding) {
    var others = findings.stream().filter(f -> !f.type().equals(finding.type()));
    return new Observation(
        own,
        host,
        links,
        desired,
        seen,
        pathMtus,
        pulses,
        appliedRevision,
        Stream.concat(others, Stream.of(finding)).toList());
  }
}
