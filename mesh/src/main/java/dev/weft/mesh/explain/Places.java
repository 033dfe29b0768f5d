package dev.weft.mesh.explain;

import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.cluster.PodState;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the place that a person means. */
public final class Places {
  private final ClusterState state;
  private final MeshView view;

  /** Places of a mesh. */
  public Places(ClusterState state, MeshView view) {
    this.state = state;
    this.view = view;
  }

  /**
   * The place of {@code node/NAME}, {@code peer/NAME}, {@code pod/NAMESPACE/NAME}, {@code
   * NAMESPACE/NAME}, an address, or a name that only one of them has.
   *
   * @throws IllegalArgumentException saying what is wrong with the text, if there is none or more
   *     than one
   */
  public Place find(String text, Family family) {
    var found = all(text, family);
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new IllegalArgumentException(
        found.isEmpty()
            ? "there is no node, pod or peer '%s' with an %s address; write node/NAME, pod/NAMESPACE/NAME, peer/NAME or an address"
                .formatted(text, family == Family.IPV4 ? "IPv4" : "IPv6")
            : "'%s' is more than one place; write %s"
                .formatted(
                    text,
                    String.join(
                        " or ",
                        found.stream()
                            .map(
                                p ->
                                    p.kind().name().toLowerCase(java.util.Locale.ROOT)
                                        + "/"
                                        + p.name())
                            .toList())));
  }

  private List<Place> all(String text, Family family) {
    var address = address(text);
    if (address.isPresent()) {
      return List.of(at(address.get()));
    }
    var found = new ArrayList<Place>();
    var slash = text.indexOf('/');
    var kind = slash < 0 ? "" : text.substring(0, slash);
    var name = slash < 0 ? text : text.substring(slash + 1);
    if (slash < 0 || kind.equals("node")) {
      view.node(name).ifPresent(n -> node(n, family).ifPresent(found::add));
    }
    if (slash < 0 || kind.equals("peer")) {
      view.peers().stream()
          .filter(p -> p.name().equals(name))
          .forEach(p -> peer(p, family).ifPresent(found::add));
    }
    for (var pod : state.pods()) {
      boolean meant =
          pod.fullName().equals(text)
              || (kind.equals("pod") && pod.fullName().equals(name))
              || (slash < 0 && pod.name().equals(text));
      if (meant) {
        pod(pod, family).ifPresent(found::add);
      }
    }
    return found.isEmpty() ? leftOut(kind, name, family) : found;
  }

  /** What is in the cluster, and has no part in the mesh. */
  private List<Place> leftOut(String kind, String name, Family family) {
    boolean node =
        (kind.isEmpty() || kind.equals("node"))
            && state.node(name).isPresent()
            && view.node(name).isEmpty();
    boolean peer =
        (kind.isEmpty() || kind.equals("peer"))
            && state.peer(name).isPresent()
            && view.peers().stream().noneMatch(p -> p.name().equals(name));
    var nowhere = new IpAddress(family, 0, 0);
    return node || peer
        ? List.of(new Place(Place.Kind.LEFT_OUT, name, nowhere, "", List.of()))
        : List.of();
  }

  private static Optional<IpAddress> address(String text) {
    try {
      return Optional.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<Place> node(MeshNode node, Family family) {
    return node.addresses().stream()
        .filter(a -> a.family() == family)
        .findFirst()
        .map(a -> new Place(Place.Kind.NODE, node.name(), a, node.name(), List.of()));
  }

  private static Optional<Place> peer(MeshPeer peer, Family family) {
    return peer.allowedIPs().stream()
        .filter(p -> p.family() == family)
        .findFirst()
        .map(
            p ->
                new Place(
                    Place.Kind.PEER,
                    peer.name(),
                    p.isHost() ? p.address() : p.address().plus(1),
                    "",
                    List.of()));
  }

  private static Optional<Place> pod(PodState pod, Family family) {
    return pod.addresses().stream()
        .filter(a -> a.family() == family)
        .findFirst()
        .map(
            a ->
                new Place(
                    pod.hostNetwork() ? Place.Kind.NODE : Place.Kind.POD,
                    pod.fullName(),
                    a,
                    pod.node(),
                    List.of(pod)));
  }

  /** The place of an address. */
  private Place at(IpAddress address) {
    var pod = state.podAt(address);
    if (pod.isPresent()) {
      var p = pod.get();
      return new Place(Place.Kind.POD, p.fullName(), address, p.node(), List.of(p));
    }
    for (var node : view.nodes()) {
      if (node.addresses().contains(address) || node.internalIPs().contains(address)) {
        return new Place(Place.Kind.NODE, node.name(), address, node.name(), List.of());
      }
      if (node.podCIDRs().stream().anyMatch(p -> p.contains(address))) {
        return new Place(Place.Kind.POD, address.toString(), address, node.name(), List.of());
      }
    }
    for (var peer : view.peers()) {
      if (peer.allowedIPs().stream().anyMatch(p -> p.contains(address))) {
        return new Place(Place.Kind.PEER, peer.name(), address, "", List.of());
      }
    }
    for (var node : view.nodes()) {
      if (node.locationCIDRs().stream().anyMatch((Prefix p) -> p.contains(address))) {
        return new Place(
            Place.Kind.BEHIND_LOCATION, address.toString(), address, node.name(), List.of());
      }
    }
    return new Place(Place.Kind.OUTSIDE, address.toString(), address, "", List.of());
  }
}
