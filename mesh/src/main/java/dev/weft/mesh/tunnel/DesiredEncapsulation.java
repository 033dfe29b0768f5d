package dev.weft.mesh.tunnel;

import java.util.Comparator;
import java.util.List;

/**
 * How packets get to nodes of the own location that the network between doesn't carry them to.
 *
 * @param tunnels links, by name
 * @param neighbours permanent neighbour entries of the VXLAN links
 * @param forwardings forwarding-database entries of the VXLAN links
 */
public record DesiredEncapsulation(
    List<DesiredTunnel> tunnels,
    List<TunnelNeighbour> neighbours,
    List<TunnelForwarding> forwardings) {
  /** Nothing is encapsulated. */
  public static final DesiredEncapsulation NONE =
      new DesiredEncapsulation(List.of(), List.of(), List.of());

  public DesiredEncapsulation {
    tunnels = tunnels.stream().sorted(Comparator.comparing(DesiredTunnel::name)).toList();
    neighbours = List.copyOf(neighbours);
    forwardings = List.copyOf(forwardings);
  }
}
