package dev.weft.mesh.desired;

import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The packets that a node holds back after a boot, until its agent has programmed it. Without
 * Weft's routes they would leave by the default route, in plain text (ADR 114).
 *
 * @param outside links of the underlay
 * @param closed destinations of which no packet leaves by {@code outside}: what Weft alone leads
 *     to, service ranges, and own pod CIDRs
 * @param sources pod CIDRs and mesh addresses of other nodes, and Peers: their packets are
 *     forwarded from {@code outside} to {@code outside} only if they go to {@code near}
 * @param near pod CIDRs, addresses and location CIDRs of the own location
 */
public record BootFilter(
    List<String> outside, List<Prefix> closed, List<Prefix> sources, List<Prefix> near) {
  /** That of a node outside of the mesh. */
  public static final BootFilter NONE = new BootFilter(List.of(), List.of(), List.of(), List.of());

  public BootFilter {
    outside = List.copyOf(outside);
    closed = List.copyOf(closed);
    sources = List.copyOf(sources);
    near = List.copyOf(near);
  }

  /** The filter of a node whose kernel is to be as {@code desired}. */
  public static BootFilter of(MeshView view, String nodeName, DesiredState desired) {
    var self = view.node(nodeName);
    if (self.isEmpty()) {
      return NONE;
    }
    var alone = new HashSet<Prefix>();
    var sources = new ArrayList<Prefix>();
    var near = new ArrayList<Prefix>();
    for (var node : view.nodes()) {
      if (node.location().equals(self.get().location())) {
        near.addAll(node.podCIDRs());
        near.addAll(hosts(node.internalIPs()));
        near.addAll(hosts(node.addresses()));
        near.addAll(node.locationCIDRs());
      }
      if (!node.name().equals(nodeName)) {
        sources.addAll(node.podCIDRs());
        sources.addAll(hosts(node.addresses()));
      }
    }
    alone.addAll(sources);
    view.peers().forEach(peer -> alone.addAll(peer.allowedIPs()));
    var led = without(led(desired, alone), open(desired));
    sources.addAll(led);
    var closed = new ArrayList<>(desired.firewall().host().closed());
    closed.addAll(led);
    return new BootFilter(
        desired.firewall().host().outside(),
        Aggregation.of(closed),
        Aggregation.of(sources),
        Aggregation.of(near));
  }

  /** The same on these links. */
  public BootFilter on(Collection<String> links) {
    return new BootFilter(List.copyOf(links), closed, sources, near);
  }

  /** Of these, what the mesh's table leads somewhere, or nowhere; not what other CNIs carry. */
  private static List<Prefix> led(DesiredState desired, Set<Prefix> alone) {
    int table = desired.tables().getFirst();
    return desired.routes().stream()
        .filter(r -> r.table() == table && !(r.target() instanceof RouteTarget.Throw))
        .map(DesiredRoute::destination)
        .filter(alone::contains)
        .toList();
  }

  /**
   * What the node reaches beside the mesh although a wide prefix of a Peer contains it: its own
   * networks, nodes of its location, and the API server. Without these it could not come up.
   */
  private static List<Prefix> open(DesiredState desired) {
    int table = desired.tables().getFirst();
    var thrown =
        desired.routes().stream()
            .filter(r -> r.table() == table && r.target() instanceof RouteTarget.Throw)
            .map(DesiredRoute::destination);
    var beside =
        desired.rules().stream()
            .filter(r -> !desired.tables().contains(r.table()))
            .flatMap(r -> r.to().stream());
    return Stream.concat(thrown, beside).distinct().toList();
  }

  private static List<Prefix> without(List<Prefix> prefixes, List<Prefix> holes) {
    var rest = Aggregation.of(prefixes);
    for (var hole : holes) {
      rest = rest.stream().flatMap(p -> p.minus(hole).stream()).toList();
    }
    return rest;
  }

  private static List<Prefix> hosts(Collection<IpAddress> addresses) {
    return addresses.stream().map(Prefix::host).toList();
  }
}
