package dev.weft.agent.probe;

import dev.weft.mesh.dataplane.ReachVector;
import dev.weft.mesh.device.PeerId;
import java.util.Map;
import java.util.Set;

/**
 * What probes and pulses have found.
 *
 * @param tunnels by WireGuard peer
 * @param answering names of the nodes whose pulse is there
 * @param silentSince when the first request without an answer went out, {@link System#nanoTime()},
 *     by the name of each silent node
 * @param reach what gateways of the own location say that they reach, by node name
 * @param isSettled whether each pulse has answered or has been found silent
 */
public record Probed(
    Map<PeerId, Tunnel> tunnels,
    Set<String> answering,
    Map<String, Long> silentSince,
    Map<String, ReachVector> reach,
    boolean isSettled) {
  /** Nothing was found out yet, or nothing is probed. */
  public static final Probed NOTHING = new Probed(Map.of(), Set.of(), Map.of(), Map.of(), false);

  public Probed {
    tunnels = Map.copyOf(tunnels);
    answering = Set.copyOf(answering);
    silentSince = Map.copyOf(silentSince);
    reach = Map.copyOf(reach);
  }
}
