package dev.weft.mesh.walk;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Steps inside a location: on a link, through the network between its subnets (which carries the
 * nodes' own addresses and no others), encapsulated.
 */
final class LocationWalk {
  private final List<WalkNode> nodes;

  LocationWalk(Collection<WalkNode> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  Step plain(
      WalkNode at,
      Optional<IpAddress> gateway,
      IpAddress source,
      IpAddress destination,
      int destinationPort) {
    var pods = gateway.isEmpty() ? podsOf(at, destination) : Optional.<WalkNode>empty();
    if (pods.isPresent()) {
      return byOtherCni(pods.get(), source);
    }
    var target = gateway.orElse(destination);
    var next = holder(at, target);
    if (next.isEmpty()) {
      return gateway.isEmpty()
          ? new Step.Out()
          : new Step.Refused(at.name(), "no neighbour " + target);
    }
    if (!at.isOnLink(target)) {
      if (!gateway.isEmpty()) {
        return new Step.Refused(at.name(), "gateway " + target + " is not on-link");
      }
      // Another CNI gives its pods their node's address for it, or a way of its own.
      boolean others = at.besideCni() && at.owns(source);
      if (!others && !at.isUnderlay(source) && holder(at, source).isEmpty()) {
        return new Step.Refused(
            at.name(), "the network between the subnets carries no packet from " + source);
      }
    }
    var refusal = strictSourceCheck(next.get(), source, destination, destinationPort);
    return refusal.isPresent()
        ? new Step.Refused(next.get().name(), refusal.get())
        : new Step.To(next.get(), next.get().links().getFirst().name());
  }

  private Optional<WalkNode> podsOf(WalkNode at, IpAddress destination) {
    return nodes.stream()
        .filter(
            n -> at.besideCni() && n.network().equals(at.network()) && !n.hasAddress(destination))
        .filter(n -> !n.name().equals(at.name()) && n.owns(destination))
        .findFirst();
  }

  /** Its links may be filtered strictly: nothing gets in whose reply would go by Weft. */
  private Step byOtherCni(WalkNode to, IpAddress source) {
    boolean inside =
        nodes.stream().anyMatch(n -> n.network().equals(to.network()) && n.owns(source));
    return inside
        ? new Step.To(to, "cni")
        : new Step.Refused(to.name(), "the other CNI's link takes nothing from " + source);
  }

  /** Wraps the packet, sends the outer one, and has it taken out at the other end. */
  Step encapsulated(
      WalkNode at, DesiredTunnel tunnel, Optional<IpAddress> gateway, IpAddress source) {
    if (gateway.isEmpty()) {
      return new Step.Refused(at.name(), "no gateway on " + tunnel.name());
    }
    var remote = remote(at, tunnel, gateway.get());
    if (remote.isEmpty()) {
      return new Step.Refused(
          at.name(), "%s doesn't know who %s is".formatted(tunnel.name(), gateway.get()));
    }
    long mark = tunnel instanceof DesiredTunnel.Ipip ipip ? ipip.mark() : 0;
    var outer = RouteLookup.lookup(at, RouteLookup.OWN, mark, tunnel.local(), remote.get(), 0);
    if (outer.isEmpty() || !at.isUnderlay(outer.get().link())) {
      return new Step.Refused(at.name(), "packets of " + tunnel.name() + " enter a tunnel");
    }
    var arrived = plain(at, Optional.empty(), tunnel.local(), remote.get(), 0);
    return arrived instanceof Step.To to
        ? takenOut(tunnel, remote.get(), to.next(), source)
        : arrived;
  }

  static Optional<IpAddress> remote(WalkNode at, DesiredTunnel tunnel, IpAddress gateway) {
    return switch (tunnel) {
      case DesiredTunnel.Ipip ipip -> Optional.of(gateway);
      case DesiredTunnel.Vxlan vxlan ->
          at.state().encapsulation().neighbours().stream()
              .filter(n -> n.link().equals(vxlan.name()) && n.gateway().equals(gateway))
              .map(TunnelNeighbour::mac)
              .flatMap(
                  mac ->
                      at.state().encapsulation().forwardings().stream()
                          .filter(f -> f.link().equals(vxlan.name()) && f.mac().equals(mac)))
              .map(TunnelForwarding::to)
              .findFirst();
    };
  }

  static Step takenOut(DesiredTunnel sent, IpAddress to, WalkNode next, IpAddress source) {
    var guard = next.state().firewall().guard();
    boolean welcome = guard.senders().stream().anyMatch(p -> p.contains(sent.local()));
    if (!welcome) {
      return new Step.Refused(next.name(), "takes nothing encapsulated from " + sent.local());
    }
    if (!guard.accepts(sent.local(), source)) {
      return new Step.Refused(
          next.name(), "takes no packet from %s of member %s".formatted(source, sent.local()));
    }
    boolean fits =
        next.tunnel(sent.name()).filter(t -> t.local().equals(to)).stream()
            .anyMatch(
                t ->
                    switch (sent) {
                      case DesiredTunnel.Ipip ipip ->
                          t instanceof DesiredTunnel.Ipip && guard.ipip();
                      case DesiredTunnel.Vxlan v ->
                          t instanceof DesiredTunnel.Vxlan own
                              && own.vni() == v.vni()
                              && own.port() == v.port()
                              && guard.udpPorts().contains(v.port());
                    });
    return fits
        ? new Step.To(next, sent.name())
        : new Step.Refused(next.name(), "has no " + sent.name() + " at " + to);
  }

  private Optional<WalkNode> holder(WalkNode at, IpAddress address) {
    return nodes.stream()
        .filter(n -> !n.name().equals(at.name()) && n.network().equals(at.network()))
        .filter(n -> n.isUnderlay(address))
        .findFirst();
  }

  /**
   * rp_filter=1 on the underlay, unless the plan sets it to loose: a reply has to leave by the link
   * that the packet came in by.
   */
  private static Optional<String> strictSourceCheck(
      WalkNode at, IpAddress source, IpAddress destination, int destinationPort) {
    boolean isLoose =
        at.state().linkSettings().stream()
            .anyMatch(s -> at.isUnderlay(s.link()) && s.rpFilter() == 2);
    if (destination.family() != Family.IPV4 || destinationPort != 0 || isLoose) {
      return Optional.empty();
    }
    var back =
        RouteLookup.lookup(
            at, RouteLookup.OWN, 0, /* source= */ destination, /* destination= */ source, 0);
    boolean sameKind = back.map(w -> at.isUnderlay(w.link())).orElse(false);
    return sameKind
        ? Optional.empty()
        : Optional.of(
            at.name() + "'s strict rp_filter drops " + source + ": its replies take a tunnel");
  }
}
