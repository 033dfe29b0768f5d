package dev.weft.mesh.desired;

import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * Connections that others open to this host beside the tunnels, although the mesh has a route to
 * them: their answers leave by the way they came (ADR 70). The host's own calls to them beside the
 * tunnels are known alike, so that answers pass a strict reverse-path filter. A connection keeps
 * the bit {@link #answers}; its answers get it as a mark, for a rule that looks up main before the
 * mesh's tables.
 *
 * @param sources destinations that this node reaches by a tunnel, by its gateway or encapsulated,
 *     and that may also call it directly; empty: nothing is to be distinguished
 * @param neighbours link addresses of co-located nodes: what they pass on came by the mesh
 * @param services addresses and ports of Services that lead to the API server, and that the host's
 *     own packets reach beside the tunnels: kube-proxy replaces the destination before the kernel
 *     routes anew, and then it looks at no port (ip_route_me_harder() in net/ipv4/netfilter.c)
 * @param arrived mark of packets in the direction of such a connection, for reverse-path filtering;
 *     one bit
 * @param answers mark of its answers, and of the connection; one bit
 */
public record DirectArrivals(
    List<Prefix> sources,
    List<MacAddress> neighbours,
    List<Endpoint> services,
    long arrived,
    long answers) {
  /** Nothing is distinguished. */
  public static final DirectArrivals NONE =
      new DirectArrivals(List.of(), List.of(), List.of(), 0, 0);

  private static final List<Long> BITS = List.of(0x20L, 0x40L, 0x10L, 0x8L);

  public DirectArrivals {
    sources = List.copyOf(sources);
    services = List.copyOf(services);
    neighbours = neighbours.stream().sorted().distinct().toList();
  }

  /** With the first two documented bits that are not of the mesh's own mark. */
  public static DirectArrivals of(
      List<Prefix> sources, List<MacAddress> neighbours, long firewallMask) {
    return of(sources, neighbours, List.of(), firewallMask);
  }

  /** The same, and Services that lead to the API server. */
  public static DirectArrivals of(
      List<Prefix> sources,
      List<MacAddress> neighbours,
      List<Endpoint> services,
      long firewallMask) {
    var bits = bits(firewallMask);
    return (sources.isEmpty() && services.isEmpty()) || bits.size() < 2
        ? NONE
        : new DirectArrivals(sources, neighbours, services, bits.get(0), bits.get(1));
  }

  private static List<Long> bits(long firewallMask) {
    return BITS.stream().filter(b -> (b & firewallMask) == 0).toList();
  }

  /** The Services of a family. */
  public List<Endpoint> services(Family family) {
    return services.stream()
        .filter(s -> s.address().filter(a -> a.family() == family).isPresent())
        .toList();
  }

  /** Whether callers are distinguished. */
  public boolean tellsCallers() {
    return isActive() && !sources.isEmpty();
  }

  /** Whether there is anything to do. */
  public boolean isActive() {
    return answers != 0;
  }
}
