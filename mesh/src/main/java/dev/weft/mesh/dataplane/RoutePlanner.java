package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Lanes;
import dev.weft.mesh.topology.PeerDevice;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.Comparator;
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
      DesiredEncapsulation encapsulation) {
    /** The link that a route leads to; empty: none, or not known. */
    String link(DesiredRoute route) {
      return switch (route.target()) {
        case RouteTarget.Via(var gateway, String link) -> link;
        case RouteTarget.Device(String link) -> link;
        case RouteTarget.Unreachable() -> "";
        case RouteTarget.Throw() -> "";
        case RouteTarget.Group(long id) ->
            groups.stream()
                .filter(g -> g.id() == id)
                .flatMap(g -> nextHops.stream().filter(h -> g.members().contains(h.id())))
                .map(DesiredNextHop::link)
                .findFirst()
                .orElse("");
      };
    }
  }

  private final MeshView view;
  private final Lanes lanes;
  private final MeshNode self;
  private final Underlay underlay;
  private final List<Prefix> onLink;
  private final Reach reach;
  private final LocationNetwork network;
  private final List<Problem> problems;
  private final NextHopIds ids;
  private final int table;
  private final Map<Long, DesiredNextHop> nextHops = new TreeMap<>();
  private final Map<Long, DesiredNextHopGroup> groups = new TreeMap<>();
  private final Map<Integer, Map<Prefix, DesiredRoute>> routes = new TreeMap<>();
  private final HostSources sources;
  private final TreeSet<String> reported = new TreeSet<>();

  RoutePlanner(
      MeshView view,
      Lanes lanes,
      MeshNode self,
      Underlay underlay,
      Reach reach,
      List<Problem> problems) {
    this.view = view;
    this.lanes = lanes;
    this.self = self;
    this.underlay = underlay;
    this.sources = new HostSources(self, underlay);
    this.onLink = underlay.onLinkPrefixes();
    this.reach = reach;
    this.network = new LocationNetwork(view, self, underlay);
    this.problems = problems;
    var routing = view.mesh().spec().routing();
    this.table = routing.table();
    this.ids = NextHopIds.of(view);
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
              sources.of(prefix.family(), false));
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
              lanes.isActive()
                  ? severalLanes(prefix, speaker, family)
                  : laneGroup(groupOf(speaker, family), family),
              sources.of(family, sameLocation));
        }
      }
      case Hop.Neighbour(MeshNode node) when othersCarry(prefix, node) -> {
        // What comes by a tunnel is still Weft's, or a reply would take another way than the
        // request.
        if (reach.serves()) {
          neighbour(network.path(node, family))
              .ifPresent(via -> put(table + 2, prefix, via, Optional.empty()));
        }
      }
      case Hop.Neighbour(MeshNode node) -> {
        var path = network.path(node, family);
        neighbour(path)
            .ifPresent(
                via -> {
                  // The reply to a mesh address is encapsulated, too; that to an internal IP isn't.
                  boolean encapsulated = path instanceof LocationPath.Encapsulated;
                  put(
                      table,
                      prefix,
                      via,
                      encapsulated ? sources.of(family, true) : Optional.empty());
                });
      }
      case Hop.OwnGateway(MeshNode gateway) -> {
        if (!isOwnGround(prefix, "the gateway ", gateway.name())) {
          neighbour(network.path(gateway, family))
              .ifPresent(
                  via ->
                      put(
                          table,
                          prefix,
                          lanes.isActive()
                              ? severalGateways(prefix, gateway, via, family)
                              : gatewayGroup(via, family),
                          sources.of(family, false)));
        }
      }
      case Hop.None(String reason) -> {
        report("Reach", "NoPath", prefix + " can't be reached: " + reason);
        // By the default route it would leave in plain text (ADR 103).
        if (!reach.elsewhere().contains(prefix) && onLink.stream().noneMatch(prefix::overlaps)) {
          put(table, prefix, new RouteTarget.Unreachable(), Optional.empty());
        }
      }
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
                            Optional.empty())));
  }

  /**
   * The network between carries the nodes' own packets to internal IPs of the location, but none of
   * pods or from other locations: those are encapsulated, where anything is.
   */
  private void addInternalIPs() {
    if (view.mesh().spec().besideOtherCni() && !reach.serves()) {
      return;
    }
    for (var node : neighbours()) {
      for (var address : node.internalIPs()) {
        if (network.path(node, address.family()) instanceof LocationPath.Encapsulated path) {
          var via = new RouteTarget.Via(path.gateway(), path.tunnel().name());
          put(table + 2, Prefix.host(address), via, Optional.empty());
        }
      }
    }
  }

  /** Whether another CNI takes packets to these pods of a co-located node. */
  private boolean othersCarry(Prefix prefix, MeshNode node) {
    return view.mesh().spec().besideOtherCni() && node.podCIDRs().contains(prefix);
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
        put(table, prefix, new RouteTarget.Throw(), Optional.empty());
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
    return group(id, family, List.of(lane(DeviceId.DEFAULT, family)));
  }

  private RouteTarget group(long id, Family family, List<Long> members) {
    groups.putIfAbsent(id, new DesiredNextHopGroup(id, family, members));
    return new RouteTarget.Group(id);
  }

  private long lane(DeviceId device, Family family) {
    var name = DeviceNames.of(view, device);
    return hop(ids.lane(device.lane(), family), family, Optional.empty(), name);
  }

  private long hop(long id, Family family, Optional<IpAddress> gateway, String link) {
    nextHops.putIfAbsent(id, new DesiredNextHop(id, family, gateway, link));
    return id;
  }

  /**
   * By all lanes to a location; to the mesh address of a gateway by its own lane alone, so that
   * what is sent there to learn whether the lane works takes no other.
   */
  private RouteTarget severalLanes(Prefix prefix, MeshNode speaker, Family family) {
    if (prefix.isHost() && speaker.addresses().contains(prefix.address())) {
      var device = PeerDevice.of(self, speaker).map(PeerDevice::own).orElse(DeviceId.DEFAULT);
      return group(ids.laneGroup(device.lane(), family), family, List.of(lane(device, family)));
    }
    var location = reach.locations().getOrDefault(prefix, speaker.location());
    var members =
        lanes.met(self, location).keySet().stream().map(own -> lane(own, family)).toList();
    ownGateways(family); // spare: taken when no lane works
    return group(ids.locationGroup(location, family), family, members);
  }

  private RouteTarget severalGateways(
      Prefix prefix, MeshNode gateway, RouteTarget.Via via, Family family) {
    var members = ownGateways(family);
    var location = reach.locations().getOrDefault(prefix, gateway.location());
    return members.isEmpty() ? via : group(ids.locationGroup(location, family), family, members);
  }

  /** Next hops to the other gateways of the location, as far as their link is known. */
  private List<Long> ownGateways(Family family) {
    var members = new ArrayList<Long>();
    for (var gateway : lanes.besides(self)) {
      neighbour(network.path(gateway, family))
          .filter(via -> !via.link().isEmpty())
          .map(via -> ownGateway(gateway.ordinal(), via, family))
          .ifPresent(members::add);
    }
    return members;
  }

  private RouteTarget gatewayGroup(RouteTarget.Via via, Family family) {
    if (via.link().isEmpty()) {
      return via; // planned without facts: a next-hop object would need the link
    }
    return group(ids.ownGatewayGroup(family), family, List.of(ownGateway(0, via, family)));
  }

  private long ownGateway(int ordinal, RouteTarget.Via via, Family family) {
    return hop(ids.ownGateway(ordinal, family), family, Optional.of(via.gateway()), via.link());
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

  private void put(int table, Prefix prefix, RouteTarget target, Optional<IpAddress> source) {
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
