package dev.weft.mesh.tunnel;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How packets get to nodes of the own location that the network between doesn't carry them to, and
 * to the exits by which pods leave the cluster.
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

  /** The links of a scope. */
  public List<DesiredTunnel> tunnels(DesiredTunnel.Scope scope) {
    return tunnels.stream().filter(t -> t.scope() == scope).toList();
  }

  /** Both; their links have different names. */
  public DesiredEncapsulation and(DesiredEncapsulation other) {
    return new DesiredEncapsulation(
        Stream.concat(tunnels.stream(), other.tunnels.stream()).toList(),
        Stream.concat(neighbours.stream(), other.neighbours.stream()).toList(),
        Stream.concat(forwardings.stream(), other.forwardings.stream()).toList());
  }

  public DesiredEncapsulation {
    tunnels = tunnels.stream().sorted(Comparator.comparing(DesiredTunnel::name)).toList();
    neighbours = List.copyOf(neighbours);
    forwardings = List.copyOf(forwardings);
  }
}
