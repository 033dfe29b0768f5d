package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.Overlay;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Routes, next hops and groups of one node. */
final class RoutePlanner {
  /** What {@link #plan} gives. */
  record Routes(
      List<DesiredNextHop> nextHops,
      List<DesiredNextHopGroup> groups,
      List<DesiredRoute> routes,
      DesiredEncapsulation encapsulation) {}

  private final MeshView view;
  private final MeshNode self;
  private final Underlay underlay;
  private final List<Prefix> onLink;
  private final Reach reach;
  private final LocationNetwork network;
  private final List<Problem> problems;
  private final NextHopIds ids;
  private final int table;
  private final String device;
  private final Map<Long, DesiredNextHop> nextHops = new TreeMap<>();
  private final Map<Long, DesiredNextHopGroup> groups = new TreeMap<>();
  private final Map<Integer, Map<Prefix, DesiredRoute>> routes = new TreeMap<>();
  private final Map<Family, List<IpAddress>> sourcesInside = new EnumMap<>(Family.class);
  private final Map<Family, List<IpAddress>> sourcesOutside = new EnumMap<>(Family.class);
  private final TreeSet<String> reported = new TreeSet<>();

  RoutePlanner(
      MeshView view, MeshNode self, Underlay underlay, Reach reach, List<Problem> problems) {
    this.view = view;
    this.self = self;
    this.underlay = underlay;
    this.onLink = underlay.onLinkPrefixes();
    this.reach = reach;
    this.network = new LocationNetwork(view, self, underlay);
    this.problems = problems;
    var routing = view.mesh().spec().routing();
    this.table = routing.table();
    this.device = view.mesh().spec().device().name();
    var locations = view.nodes().stream().map(MeshNode::location).distinct().toList();
    this.ids = new NextHopIds(routing.nextHopBase(), locations);
  }

  Routes plan() {
    reach.byPrefix().forEach(this::add);
    for (var peer : reach.attached()) {
      for (var prefix : peer.allowedIPs()) {
        if (!isOwnGround(prefix, "Peer ", peer.name())) {
          put(
              table,
              prefix,
              laneGroup(ids.singleNodeGroup(prefix.family()), prefix.family()),
              source(prefix.family(), false));
        }
      }
    }
    addPodRoutes();
    addInternalIPs();
    addThrows();
    var all =
        routes.values().stream()
            .flatMap(byPrefix -> byPrefix.values().stream())
            .sorted(
                Comparator.comparingInt(DesiredRoute::table)
                    .thenComparing(DesiredRoute::destination))
            .toList();
    return new Routes(
        List.copyOf(nextHops.values()), List.copyOf(groups.values()), all, network.encapsulation());
  }

  private void add(Prefix prefix, Hop hop) {
    var family = prefix.family();
    switch (hop) {
      case Hop.Tunnel(MeshNode speaker) -> {
        boolean sameLocation = speaker.location().equals(self.location());
        if (!isOwnGround(prefix, "location ", speaker.location())) {
          put(
              table,
              prefix,
              laneGroup(groupOf(speaker, family), family),
              source(family, sameLocation));
        }
      }
      case Hop.Neighbour(MeshNode node) when othersCarry(prefix, node) -> {
        // What comes by a tunnel is still Weft's, or a reply would take another way than the
        // request.
        if (reach.serves()) {
          neighbour(network.path(node, family))
              .ifPresent(via -> put(table + 2, prefix, via, List.of()));
        }
      }
      case Hop.Neighbour(MeshNode node) -> {
        var path = network.path(node, family);
        neighbour(path)
            .ifPresent(
                via -> {
                  // The reply to a mesh address is encapsulated, too; that to an internal IP isn't.
                  boolean encapsulated = path instanceof LocationPath.Encapsulated;
                  put(table, prefix, via, encapsulated ? source(family, true) : List.of());
                });
      }
      case Hop.OwnGateway(MeshNode gateway) -> {
        if (!isOwnGround(prefix, "the gateway ", gateway.name())) {
          neighbour(network.path(gateway, family))
              .ifPresent(
                  via -> put(table, prefix, gatewayGroup(via, family), source(family, false)));
        }
      }
      case Hop.None(String reason) ->
          report("Reach", "NoPath", prefix + " can't be reached: " + reason);
    }
  }

  /**
   * In Full, pods reach co-located nodes by the tunnel; the nodes' own packets among themselves
   * stay outside.
   */
  private void addPodRoutes() {
    reach
        .sources()
        .forEach(
            (speaker, prefixes) ->
                prefixes.forEach(
                    prefix ->
                        put(
                            table + 2,
                            prefix,
                            laneGroup(ids.singleNodeGroup(prefix.family()), prefix.family()),
                            List.of())));
  }

  /**
   * The network between carries the nodes' own packets to internal IPs of the location, but none of
   * pods or from other locations: those are encapsulated, where anything is.
   */
  private void addInternalIPs() {
    if (view.mesh().spec().overlay() != Overlay.NONE && !reach.serves()) {
      return;
    }
    for (var node : neighbours()) {
      for (var address : node.internalIPs()) {
        if (network.path(node, address.family()) instanceof LocationPath.Encapsulated path) {
          var via = new RouteTarget.Via(path.gateway(), path.tunnel().name());
          put(table + 2, Prefix.host(address), via, List.of());
        }
      }
    }
  }

  /** Whether another CNI takes packets to these pods of a co-located node. */
  private boolean othersCarry(Prefix prefix, MeshNode node) {
    return view.mesh().spec().overlay() != Overlay.NONE && node.podCIDRs().contains(prefix);
  }

  /** Nodes of the location that are reached without WireGuard. */
  private List<MeshNode> neighbours() {
    return reach.byPrefix().values().stream()
        .flatMap(
            hop ->
                switch (hop) {
                  case Hop.Neighbour(MeshNode node) -> Stream.of(node);
                  case Hop.OwnGateway(MeshNode gateway) -> Stream.of(gateway);
                  case Hop.Tunnel tunnel -> Stream.<MeshNode>empty();
                  case Hop.None none -> Stream.<MeshNode>empty();
                })
        .distinct()
        .toList();
  }

  /** What is the own network's must not be caught by a wider prefix of the mesh. */
  private void addThrows() {
    var meshed = List.copyOf(routes.getOrDefault(table, Map.of()).keySet());
    var own = new TreeSet<>(onLink);
    own.addAll(self.podCIDRs());
    view.nodes().stream()
        .filter(n -> n.location().equals(self.location()) && !n.name().equals(self.name()))
        .flatMap(n -> n.internalIPs().stream())
        .filter(a -> underlay.onLink(a).isEmpty())
        .forEach(a -> own.add(Prefix.host(a)));
    for (var prefix : own) {
      if (meshed.stream().anyMatch(m -> m.contains(prefix) && !m.equals(prefix))) {
        put(table, prefix, new RouteTarget.Throw(), List.of());
      }
    }
  }

  /**
   * Whether a prefix from elsewhere lies in a network that this node is attached to, where routing
   * it away would cut off a neighbour; said as a problem.
   */
  private boolean isOwnGround(Prefix prefix, String kind, String name) {
    for (var ground : onLink) {
      if (ground.contains(prefix)) {
        report(
            "OnLinkOverlap",
            "OnLinkOverlap",
            "%s of %s lies in this node's own network %s and is not routed there; renumber one of the two"
                .formatted(prefix, kind + name, ground));
        return true;
      }
    }
    return false;
  }

  private long groupOf(MeshNode speaker, Family family) {
    return view.mesh().spec().granularity() == Granularity.LOCATION
        ? ids.locationGroup(speaker.location(), family)
        : ids.singleNodeGroup(family);
  }

  private RouteTarget laneGroup(long id, Family family) {
    long lane = ids.lane(0, family);
    nextHops.computeIfAbsent(lane, l -> new DesiredNextHop(l, family, List.of(), device));
    groups.computeIfAbsent(id, g -> new DesiredNextHopGroup(g, family, List.of(lane)));
    return new RouteTarget.Group(id);
  }

  private RouteTarget gatewayGroup(RouteTarget.Via via, Family family) {
    if (via.link().isEmpty()) {
      return via; // planned without facts: a next-hop object would need the link
    }
    long hop = ids.ownGateway(family);
    long group = ids.ownGatewayGroup(family);
    nextHops.putIfAbsent(hop, new DesiredNextHop(hop, family, List.of(via.gateway()), via.link()));
    groups.putIfAbsent(group, new DesiredNextHopGroup(group, family, List.of(hop)));
    return new RouteTarget.Group(group);
  }

  private Optional<RouteTarget.Via> neighbour(LocationPath path) {
    return switch (path) {
      case LocationPath.Direct(IpAddress gateway, String link) ->
          Optional.of(new RouteTarget.Via(gateway, link));
      case LocationPath.Encapsulated(IpAddress gateway, DesiredTunnel tunnel) ->
          Optional.of(new RouteTarget.Via(gateway, tunnel.name()));
      case LocationPath.Routed routed -> Optional.empty();
      case LocationPath.Missing(String field, String reason, String message) -> {
        report(field, reason, message);
        yield Optional.empty();
      }
    };
  }

  /**
   * The address that the host's own packets bear: a meshed internal IP where others accept it, else
   * the mesh address.
   *
   * @param sameLocation towards a tunnel inside the location, where replies to an internal IP would
   *     not take the tunnel
   */
  private List<IpAddress> source(Family family, boolean sameLocation) {
    return (sameLocation ? sourcesInside : sourcesOutside)
        .computeIfAbsent(family, f -> chooseSource(f, sameLocation));
  }

  private List<IpAddress> chooseSource(Family family, boolean sameLocation) {
    var internal =
        self.meshedIPs().stream()
            .filter(
                a -> a.family() == family && (underlay.links().isEmpty() || underlay.hasAddress(a)))
            .findFirst();
    if (internal.isPresent() && !sameLocation) {
      return List.of(internal.get());
    }
    return Underlay.of(self.addresses(), family).map(List::of).orElse(List.of());
  }

  private void put(int table, Prefix prefix, RouteTarget target, List<IpAddress> source) {
    routes
        .computeIfAbsent(table, t -> new LinkedHashMap<>())
        .putIfAbsent(prefix, new DesiredRoute(table, prefix, target, source));
  }

  private void report(String field, String reason, String message) {
    if (reported.add(message)) {
      problems.add(Problem.warning("Node", self.name(), field, reason, message));
    }
  }
}
