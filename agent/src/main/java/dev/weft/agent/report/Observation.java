package dev.weft.agent.report;

import dev.weft.api.v1alpha1.NodeFactsReport;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.view.LinkFacts;
import java.util.List;
import java.util.Map;

/**
 * What an agent has to tell at one moment.
 *
 * @param publicKey own key
 * @param listenPort of lane 0
 * @param host kernel, WireGuard, firewall, version; without links
 * @param links of the underlay
 * @param desired WireGuard devices as wanted; empty: not planned yet
 * @param seen WireGuard devices as read
 * @param pathMtus bytes that a tunnel carries, by peer, where that is less than its device does
 * @param pulses whether a node at the other end of a watched tunnel is there, by peer; absent: not
 *     known
 * @param appliedRevision empty: nothing applied yet
 * @param findings conditions
 */
public record Observation(
    PublicKey publicKey,
    int listenPort,
    NodeFactsReport host,
    List<LinkFacts> links,
    List<DesiredDevice> desired,
    List<SeenDevice> seen,
    Map<PublicKey, Integer> pathMtus,
    Map<PublicKey, Boolean> pulses,
    String appliedRevision,
    List<Finding> findings) {
  public Observation {
    links = List.copyOf(links);
    desired = List.copyOf(desired);
    seen = List.copyOf(seen);
    pathMtus = Map.copyOf(pathMtus);
    pulses = Map.copyOf(pulses);
    findings = List.copyOf(findings);
  }
}
