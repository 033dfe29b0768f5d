package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which callers of a node may come beside the tunnels although its routes lead back through one: a
 * node that has just booted, say, and has no tunnel yet.
 */
final class DirectPlanner {
  private final MeshView view;
  private final MeshNode self;
  private final NodeFacts facts;
  private final Underlay underlay;
  private final List<MeshNode> location;
  private final LocationNetwork network;

  private DirectPlanner(
      MeshView view, Topology topology, MeshNode self, NodeFacts facts, Underlay underlay) {
    this.view = view;
    this.self = self;
    this.facts = facts;
    this.underlay = underlay;
    this.location =
        topology.nodes(self.location()).stream()
            .filter(n -> !n.name().equals(self.name()))
            .toList();
    this.network = new LocationNetwork(view, self, underlay);
  }

  static DirectArrivals plan(
      MeshView view,
      Topology topology,
      MeshNode self,
      NodeFacts facts,
      Underlay underlay,
      List<DesiredRoute> routes) {
    var planner = new DirectPlanner(view, topology, self, facts, underlay);
    return DirectArrivals.of(
        planner.sources(routes),
        planner.neighbours(),
        planner.services(),
        view.mesh().spec().routing().firewallMask());
  }

  /** Services of the API server, where the node reaches all of its own addresses directly. */
  private List<Endpoint> services() {
    var byKind =
        facts.apiServers().stream()
            .filter(s -> s.address().isPresent())
            .collect(Collectors.partitioningBy(s -> isService(s.address().orElseThrow())));
    boolean direct =
        byKind.getOrDefault(false, List.of()).stream()
            .flatMap(s -> s.address().stream())
            .allMatch(a -> RulePlanner.needsRule(a, view, self, facts, underlay));
    return byKind.getOrDefault(false, List.of()).isEmpty() || !direct
        ? List.of()
        : byKind.getOrDefault(true, List.of());
  }

  private boolean isService(IpAddress address) {
    return view.mesh().serviceCIDRs().stream().anyMatch(p -> p.contains(address));
  }

  private List<Prefix> sources(List<DesiredRoute> routes) {
    var led = led(routes);
    var sources = new ArrayList<Prefix>();
    for (var family : Family.values()) {
      if (isTellable(family)) {
        callers().filter(p -> p.family() == family && led.contains(p)).forEach(sources::add);
      }
    }
    return Aggregation.of(sources);
  }

  /** What a route leads into a tunnel, to the own gateway, or encapsulated. */
  private Set<Prefix> led(List<DesiredRoute> routes) {
    int table = view.mesh().spec().routing().table();
    return routes.stream()
        .filter(
            r ->
                r.table() == table + 2
                    || (r.table() == table && r.target() instanceof RouteTarget.Group))
        .map(DesiredRoute::destination)
        .collect(Collectors.toSet());
  }

  /** Addresses outside of pod and mesh ranges, which no host has before its agent runs. */
  private Stream<Prefix> callers() {
    var nodes =
        view.nodes().stream()
            .flatMap(
                n ->
                    n.location().equals(self.location())
                        ? n.internalIPs().stream().map(Prefix::host)
                        : Stream.concat(
                            n.meshedIPs().stream().map(Prefix::host), n.locationCIDRs().stream()));
    return Stream.concat(nodes, view.peers().stream().flatMap(p -> p.allowedIPs().stream()));
  }

  /**
   * Whether what another gateway passes on to this node can be distinguished from what came beside
   * the mesh: by the link, or by the gateway's link address. If not, all of it has to pass for the
   * mesh's.
   */
  private boolean isTellable(Family family) {
    if (underlay.links().isEmpty()) {
      return false; // planned without facts
    }
    return location.stream()
        .filter(Topology::isSpeaker)
        .allMatch(
            n ->
                switch (network.path(n, family)) {
                  case LocationPath.Direct(var gateway, String link) ->
                      facts.neighbours().containsKey(gateway);
                  case LocationPath.Encapsulated encapsulated -> true;
                  case LocationPath.Routed routed -> false;
                  case LocationPath.Missing missing -> true;
                });
  }

  private List<MacAddress> neighbours() {
    var known = new TreeSet<MacAddress>();
    for (var node : location) {
      for (var address : node.internalIPs()) {
        var mac = facts.neighbours().get(address);
        if (mac != null && underlay.onLink(address).isPresent()) {
          known.add(mac);
        }
      }
    }
    return List.copyOf(known);
  }
}
