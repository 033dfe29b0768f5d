package dev.weft.mesh.kernel;

import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.util.List;

/**
 * Encapsulating links that have our names, with their addresses and routes.
 *
 * @param tunnels links
 * @param neighbours permanent entries on them, both families
 * @param forwardings entries of their forwarding databases
 */
public record SeenEncapsulation(
    List<SeenTunnel> tunnels,
    List<TunnelNeighbour> neighbours,
    List<TunnelForwarding> forwardings) {
  /** None. */
  public static final SeenEncapsulation NONE =
      new SeenEncapsulation(List.of(), List.of(), List.of());

  public SeenEncapsulation {
    tunnels = List.copyOf(tunnels);
    neighbours = List.copyOf(neighbours);
    forwardings = List.copyOf(forwardings);
  }
}
