package dev.weft.agent.metrics;

import dev.weft.mesh.kernel.LinkCounters;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lanes of a node, where a location of its mesh has several gateways.
 *
 * @param isActive whether the node chooses lanes by pulses
 * @param lanes by location and ordinal; none on a node that is no gateway
 * @param packets of each WireGuard device, by name
 */
public record LaneFigures(boolean isActive, List<Lane> lanes, Map<String, LinkCounters> packets) {
  /** Each location has one gateway. */
  public static final LaneFigures NONE = new LaneFigures(false, List.of(), Map.of());

  /**
   * A lane to a gateway of another location.
   *
   * @param device own WireGuard device
   * @param location of the gateway
   * @param ordinal of the gateway
   * @param gateway name of its node
   * @param isUp whether it answers its pulses; empty: not known yet
   */
  public record Lane(
      String device, String location, int ordinal, String gateway, Optional<Boolean> isUp) {}

  public LaneFigures {
    lanes = List.copyOf(lanes);
    packets = Map.copyOf(packets);
  }
}
