package dev.weft.mesh.walk;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.DesiredTunnel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks packets through the wanted state of a whole mesh. */
public final class PacketWalk {
  private static final int HOP_LIMIT = 8;

  private final Map<String, WalkNode> nodes = new HashMap<>();
  private final Map<PublicKey, WalkNode> byKey = new HashMap<>();
  private final LocationWalk location;

  public PacketWalk(Collection<WalkNode> nodes) {
    for (var node : nodes) {
      this.nodes.put(node.name(), node);
      node.state().devices().forEach(d -> byKey.put(d.publicKey(), node));
    }
    this.location = new LocationWalk(this.nodes.values());
  }

  /** The source address that the host's own packet to a destination gets; empty without a route. */
  public Optional<IpAddress> hostSource(String node, IpAddress destination) {
    var from = node(node);
    var unspecified = new IpAddress(destination.family(), 0, 0);
    return RouteLookup.lookup(from, RouteLookup.OWN, 0, unspecified, destination, 0)
        .flatMap(way -> way.source().or(() -> addressOf(from, way.link(), destination)));
  }

  private static Optional<IpAddress> addressOf(WalkNode node, String link, IpAddress destination) {
    return node.links().stream()
        .filter(l -> l.name().equals(link))
        .flatMap(l -> l.addresses().stream())
        .map(a -> a.address())
        .filter(a -> a.family() == destination.family())
        .findFirst();
  }

  /** Walks a packet that a pod or the host of a node sends. */
  public Outcome walk(String from, IpAddress source, IpAddress destination) {
    return walk(from, source, destination, 0);
  }

  /** The same for a TCP segment to a port. */
  public Outcome walk(String from, IpAddress source, IpAddress destination, int destinationPort) {
    return walk(from, "", source, destination, destinationPort);
  }

  /** Walks a packet that comes in by a link, such as a Peer's by a WireGuard device. */
  public Outcome arriving(String at, String link, IpAddress source, IpAddress destination) {
    return walk(at, link, source, destination, 0);
  }

  private Outcome walk(
      String from, String by, IpAddress source, IpAddress destination, int destinationPort) {
    return walk(from, by, source, destination, destinationPort, new ArrayList<>());
  }

  /**
   * Whether a node takes in a connection that comes beside the tunnels by a link that is filtered
   * strictly (rp_filter=1), and answers it by the underlay.
   *
   * @param source who answers: the host, or a pod of its behind a port of the host
   * @return empty, or what goes wrong
   */
  public Optional<String> answersDirectly(String node, IpAddress source, IpAddress caller) {
    var at = node(node);
    var direct = at.state().firewall().direct();
    boolean beside = direct.sources().stream().anyMatch(p -> p.contains(caller));
    var iif = at.origin(source);
    // How another CNI's links filter, and what they are named, is its own matter.
    boolean filtered = caller.family() == Family.IPV4 && (at.hasAddress(source) || !at.besideCni());
    var back = RouteLookup.lookup(at, iif, beside ? direct.arrived() : 0, source, caller, 0);
    if (filtered && back.filter(way -> at.isUnderlay(way.link())).isEmpty()) {
      return Optional.of("strict rp_filter drops what comes beside the tunnels");
    }
    // By a gateway of ours it would end in a tunnel, too.
    return RouteLookup.lookup(at, iif, beside ? direct.answers() : 0, source, caller, 0)
            .filter(way -> at.isUnderlay(way.link()) && way.gateway().isEmpty())
            .isPresent()
        ? Optional.empty()
        : Optional.of("the answer takes the mesh");
  }

  /**
   * Walks a packet and says how each node on the way sent it on.
   *
   * @param by incoming link at the first node; empty: its own packet
   */
  public Trace trace(String from, String by, IpAddress source, IpAddress destination) {
    var crossings = new ArrayList<Trace.Crossing>();
    var outcome = walk(from, by, source, destination, 0, crossings);
    return new Trace(outcome, crossings);
  }

  private Outcome walk(
      String from,
      String by,
      IpAddress source,
      IpAddress destination,
      int destinationPort,
      List<Trace.Crossing> crossings) {
    var path = new ArrayList<String>();
    var at = node(from);
    var iif = by.isEmpty() ? at.origin(source) : by;
    while (path.size() < HOP_LIMIT) {
      path.add(at.name());
      if (at.state().firewall().exit().refuses(iif, destination)) {
        return new Outcome.Dropped(path, Outcome.EXIT_REFUSES + destination);
      }
      if (at.owns(destination)) {
        return new Outcome.Delivered(path);
      }
      var way = RouteLookup.lookup(at, iif, 0, source, destination, destinationPort);
      if (way.isEmpty()) {
        return new Outcome.Dropped(path, "no route");
      }
      crossings.add(
          new Trace.Crossing(
              at.name(),
              way.get().rule(),
              way.get().route(),
              way.get().link(),
              at.isWireGuard(way.get().link())));
      if (way.get().unreachable()) {
        return new Outcome.Dropped(path, way.get().route());
      }
      var step = step(at, way.get(), source, destination, destinationPort);
      switch (step) {
        case Step.To(WalkNode next, String link) -> {
          at = next;
          iif = link;
        }
        case Step.Out() -> {
          return new Outcome.Left(path);
        }
        case Step.Refused(String at0, String why) -> {
          if (!at0.equals(at.name())) {
            path.add(at0);
          }
          return new Outcome.Dropped(path, why);
        }
      }
    }
    return new Outcome.Dropped(path, "loop");
  }

  private Step step(
      WalkNode at,
      RouteLookup.Way way,
      IpAddress source,
      IpAddress destination,
      int destinationPort) {
    if (at.isWireGuard(way.link())) {
      return throughTunnel(at, way.link(), source, destination);
    }
    var tunnel = at.tunnel(way.link());
    if (tunnel.isEmpty()) {
      return location.plain(at, way.gateway(), source, destination, destinationPort);
    }
    return switch (tunnel.get().scope()) {
      case LOCATION -> location.encapsulated(at, tunnel.get(), way.gateway(), source);
      case EGRESS -> throughMesh(at, tunnel.get(), way.gateway(), source);
    };
  }

  /** Inside a packet from one mesh address to another, which is walked for itself. */
  private Step throughMesh(
      WalkNode at, DesiredTunnel tunnel, Optional<IpAddress> gateway, IpAddress source) {
    var remote = gateway.flatMap(g -> LocationWalk.remote(at, tunnel, g));
    if (remote.isEmpty()) {
      var unknown = gateway.map(IpAddress::toString).orElse("no gateway");
      return refused(at, "%s doesn't know who %s is".formatted(tunnel.name(), unknown));
    }
    return switch (walk(at.name(), tunnel.local(), remote.get())) {
      case Outcome.Delivered(List<String> path) ->
          LocationWalk.takenOut(tunnel, remote.get(), node(path.getLast()), source);
      case Outcome.Left(List<String> path) ->
          refused(at, "packets of " + tunnel.name() + " leave the mesh at " + path.getLast());
      case Outcome.Dropped(List<String> path, String reason) ->
          new Step.Refused(path.getLast(), reason);
    };
  }

  private Step throughTunnel(WalkNode at, String link, IpAddress source, IpAddress destination) {
    var device = device(at, link);
    var peer = byAllowedIPs(device, destination);
    if (peer.isEmpty()) {
      return refused(at, "no peer of " + link + " has " + destination + " in its allowed IPs");
    }
    var next = byKey.get(peer.get().publicKey());
    if (next == null) {
      return refused(at, "the peer for " + destination + " is no node");
    }
    for (var remote : next.state().devices()) {
      var back =
          remote.peers().stream().filter(p -> p.publicKey().equals(device.publicKey())).findFirst();
      if (back.isEmpty()) {
        continue;
      }
      if (peer.get().endpoints().isEmpty() && back.get().endpoints().isEmpty()) {
        return refused(at, "neither side knows the other's endpoint");
      }
      boolean accepted =
          byAllowedIPs(remote, source)
              .map(p -> p.publicKey().equals(device.publicKey()))
              .orElse(false);
      return accepted
          ? new Step.To(next, remote.name())
          : refused(at, next.name() + " does not accept " + source + " from " + at.name());
    }
    return refused(at, next.name() + " does not know " + at.name());
  }

  private static Step refused(WalkNode at, String why) {
    return new Step.Refused(at.name(), why);
  }

  private static DesiredDevice device(WalkNode node, String link) {
    return node.state().devices().stream()
        .filter(d -> d.name().equals(link))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<DesiredPeer> byAllowedIPs(DesiredDevice device, IpAddress address) {
    return device.peers().stream()
        .filter(p -> longest(p, address) >= 0)
        .max(Comparator.comparingInt(p -> longest(p, address)));
  }

  private static int longest(DesiredPeer peer, IpAddress address) {
    return peer.allowedIPs().stream()
        .filter(p -> p.contains(address))
        .mapToInt(Prefix::length)
        .max()
        .orElse(-1);
  }

  private WalkNode node(String name) {
    var node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("no node " + name + " to walk from");
    }
    return node;
  }
}
