package dev.weft.mesh.topology;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The paths of a mesh, read from the roles that the operator has published.
 *
 * <p>A <em>speaker</em> is a node with role Gateway and a vetted key. Decisions rest on roles and
 * not on the granularity wherever possible, so that a view in the middle of a change of granularity
 * or of gateways still has symmetric paths: a node that is not yet, or no longer, a speaker is
 * reached through its location's gateway, and sends through it.
 */
public final class Topology {
  private final MeshView view;
  private final Map<String, List<MeshNode>> byLocation = new HashMap<>();
  private final Map<String, MeshNode> gateways = new HashMap<>();
  private final Lanes lanes;
  private final Set<String> homeLocations = new HashSet<>();

  public Topology(MeshView view) {
    this.view = view;
    this.lanes = Lanes.of(view);
    for (var node : view.nodes()) {
      byLocation.computeIfAbsent(node.location(), l -> new ArrayList<>()).add(node);
      if (node.home()) {
        homeLocations.add(node.location());
      }
    }
    byLocation.forEach(
        (location, nodes) ->
            nodes.stream()
                .filter(Topology::isSpeaker)
                .min(
                    Comparator.comparing((MeshNode n) -> !n.peerGateway())
                        .thenComparing(MeshNode::name))
                .ifPresent(g -> gateways.put(location, g)));
  }

  /** Whether a node has WireGuard peers in other segments. */
  public static boolean isSpeaker(MeshNode node) {
    return node.role() == NodeRole.GATEWAY && !node.devices().isEmpty();
  }

  /** The gateway that speaks for a location, and to which its Peers are attached. */
  public Optional<MeshNode> gateway(String location) {
    return Optional.ofNullable(gateways.get(location));
  }

  /** The nodes of a location, by name. */
  public List<MeshNode> nodes(String location) {
    return byLocation.getOrDefault(location, List.of());
  }

  /** Locations that have a gateway, sorted. */
  public List<String> locationsWithGateway() {
    return gateways.keySet().stream().sorted().toList();
  }

  /** The locations of all nodes. */
  public Set<String> locations() {
    return Set.copyOf(byLocation.keySet());
  }

  /** The gateways by ordinal. */
  public Lanes lanes() {
    return lanes;
  }

  /**
   * The first step from one node to another. Where lanes are active, several gateways may take the
   * step; the one named is that with the lowest ordinal, or the target itself.
   */
  public Hop hop(MeshNode from, MeshNode to) {
    if (lanes.isActive()) {
      return byLanes(from, to);
    }
    boolean sameLocation = from.location().equals(to.location());
    if (sameLocation && !(tunnelsInside() && isSpeaker(from) && isSpeaker(to))) {
      return new Hop.Neighbour(to);
    }
    var speaker = isSpeaker(to) ? to : gateways.get(to.location());
    if (speaker == null) {
      return new Hop.None("location " + to.location() + " has no gateway");
    }
    if (isSpeaker(from)) {
      return sameLocation || hasEndpoint(from) || hasEndpoint(speaker)
          ? new Hop.Tunnel(speaker)
          : relayed(from, speaker);
    }
    var own = gateways.get(from.location());
    return own == null
        ? new Hop.None("location " + from.location() + " has no gateway")
        : new Hop.OwnGateway(own);
  }

  /** A gateway without a lane to a location reaches it through another gateway of its own. */
  private Hop byLanes(MeshNode from, MeshNode to) {
    if (from.location().equals(to.location())) {
      return new Hop.Neighbour(to);
    }
    if (lanes.gateways(to.location()).isEmpty()) {
      return new Hop.None("location " + to.location() + " has no gateway");
    }
    var met = lanes.met(from, to.location());
    if (!met.isEmpty()) {
      return new Hop.Tunnel(
          met.values().stream()
              .filter(g -> g.name().equals(to.name()))
              .findFirst()
              .orElseGet(() -> met.firstEntry().getValue()));
    }
    return lanes.besides(from).stream()
        .findFirst()
        .map(g -> (Hop) new Hop.OwnGateway(g))
        .orElseGet(() -> new Hop.None("location " + from.location() + " has no other gateway"));
  }

  /**
   * Between two speakers behind NAT, of which neither can call the other: through the gateway of
   * one of the two locations, the same one in both directions, for a sender is accepted from one
   * peer only. Where neither location has one that can be called, directly: both call at once, each
   * where others see the other, or at its internal addresses.
   */
  private Hop relayed(MeshNode from, MeshNode to) {
    var relay =
        Stream.of(gateways.get(from.location()), gateways.get(to.location()))
            .filter(g -> g != null && hasEndpoint(g))
            .min(Comparator.comparing(MeshNode::name));
    if (relay.isEmpty() && ((isObserved(from) && isObserved(to)) || meetsInside(from, to))) {
      return new Hop.Tunnel(to);
    }
    if (relay.isEmpty()) {
      return new Hop.None(
          "neither %s nor %s, nor a gateway of theirs, has an endpoint, and not both are seen by a node that has one; set weft.dev/endpoint on one of them"
              .formatted(from.name(), to.name()));
    }
    boolean own = relay.get().location().equals(from.location());
    return own && !tunnelsInside() ? new Hop.OwnGateway(relay.get()) : new Hop.Tunnel(relay.get());
  }

  /**
   * Whether this node is the relay for a co-located node and one elsewhere that are both behind
   * NAT.
   */
  public boolean relays(MeshNode node) {
    if (lanes.isActive()) {
      return false;
    }
    boolean isGateway =
        gateway(node.location()).filter(g -> g.name().equals(node.name())).isPresent();
    return isGateway
        && hasEndpoint(node)
        && nodes(node.location()).stream().anyMatch(n -> isSpeaker(n) && !hasEndpoint(n))
        && view.nodes().stream()
            .anyMatch(
                n -> !n.location().equals(node.location()) && isSpeaker(n) && !hasEndpoint(n));
  }

  /**
   * Whether packets for other nodes of its location may arrive at a node by a tunnel; where
   * gateways change, at the old one still.
   */
  public boolean serves(MeshNode node) {
    boolean only = view.mesh().spec().granularity() == Granularity.LOCATION;
    return (only && isSpeaker(node))
        || gateway(node.location()).filter(g -> g.name().equals(node.name())).isPresent();
  }

  private static boolean hasEndpoint(MeshNode node) {
    return node.hasEndpoint();
  }

  /**
   * Whether two nodes call each other at their internal addresses, for want of anything better. It
   * is tried, and need not be so: whether their networks are joined, only an answer shows.
   */
  public boolean meetsInside(MeshNode one, MeshNode other) {
    return view.mesh().spec().internalEndpoints() == InternalEndpoints.LAST_RESORT
        && !hasEndpoint(one)
        && !hasEndpoint(other)
        && !(isObserved(one) && isObserved(other))
        && one.internalIPs().stream()
            .anyMatch(
                a ->
                    other.internalIPs().stream()
                        .anyMatch(b -> b.family() == a.family() && !b.equals(a)));
  }

  /** Whether others have seen where it is behind its NAT. */
  private static boolean isObserved(MeshNode node) {
    return node.devices().stream().anyMatch(d -> !d.observedEndpoints().isEmpty());
  }

  /** Whether nodes of one location reach each other by tunnels, too. */
  private boolean tunnelsInside() {
    return tunnelsInside(view);
  }

  /** Whether nodes of one location of this mesh reach each other by tunnels, too. */
  public static boolean tunnelsInside(MeshView view) {
    // Beside another CNI, a location's pods are that one's.
    return view.mesh().spec().granularity() == Granularity.FULL
        && !view.mesh().spec().besideOtherCni();
  }

  /** Whether a Peer is a WireGuard peer of that node. */
  public boolean isAttached(MeshPeer peer, MeshNode node) {
    var gateway = gateways.get(node.location());
    return gateway != null
        && gateway.name().equals(node.name())
        && attachment(peer, node).filter(a -> a.name().equals(node.name())).isPresent();
  }

  /**
   * The gateway through which a node reaches a Peer: that of the Peer's location; else the node's
   * own, unless neither it nor the Peer could call the other: then the Peer's {@link #home}.
   */
  public Optional<MeshNode> attachment(MeshPeer peer, MeshNode from) {
    if (!peer.location().isEmpty()) {
      return gateway(peer.location());
    }
    var own = gateway(from.location());
    boolean canMeet = !peer.endpoints().isEmpty() || own.filter(Topology::hasEndpoint).isPresent();
    return canMeet ? own : home().or(() -> own);
  }

  /**
   * The gateway that serves roaming Peers for all locations whose own can't be called: that of the
   * location that the operator chose, as long as it can be called; else the first by location that
   * can. A location's name alone decides only where the operator has chosen none.
   */
  public Optional<MeshNode> home() {
    return gateways.entrySet().stream()
        .filter(e -> hasEndpoint(e.getValue()))
        .min(
            Comparator.comparing(
                    (Map.Entry<String, MeshNode> e) -> !homeLocations.contains(e.getKey()))
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getValue);
  }
}
