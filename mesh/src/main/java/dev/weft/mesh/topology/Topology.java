package dev.weft.mesh.topology;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  public Topology(MeshView view) {
    this.view = view;
    for (var node : view.nodes()) {
      byLocation.computeIfAbsent(node.location(), l -> new java.util.ArrayList<>()).add(node);
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

  /** The first step from one node to another. */
  public Hop hop(MeshNode from, MeshNode to) {
    boolean sameLocation = from.location().equals(to.location());
    boolean tunnelsInside = view.mesh().spec().granularity() == Granularity.FULL;
    if (sameLocation && !(tunnelsInside && isSpeaker(from) && isSpeaker(to))) {
      return new Hop.Neighbour(to);
    }
    var speaker = isSpeaker(to) ? to : gateways.get(to.location());
    if (speaker == null) {
      return new Hop.None("location " + to.location() + " has no gateway");
    }
    if (isSpeaker(from)) {
      return new Hop.Tunnel(speaker);
    }
    var own = gateways.get(from.location());
    return own == null
        ? new Hop.None("location " + from.location() + " has no gateway")
        : new Hop.OwnGateway(own);
  }

  /** Whether a Peer is a WireGuard peer of that node. */
  public boolean isAttached(MeshPeer peer, MeshNode node) {
    var gateway = gateways.get(node.location());
    return gateway != null
        && gateway.name().equals(node.name())
        && (peer.location().isEmpty() || peer.location().equals(node.location()));
  }

  /** The gateway through which a node that is not itself one reaches a Peer. */
  public Optional<MeshNode> attachment(MeshPeer peer, MeshNode from) {
    var location = peer.location().isEmpty() ? from.location() : peer.location();
    return gateway(location);
  }
}
