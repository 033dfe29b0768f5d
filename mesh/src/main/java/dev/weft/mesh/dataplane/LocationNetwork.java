package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.EncapsulationSpec;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The network between the nodes of the own location, and what is encapsulated in it. What the two
 * ends of a path decide on is the same for both, so that they decide alike.
 */
final class LocationNetwork {
  private static final int IPIP_OVERHEAD = 20;

  private final EncapsulationSpec spec;
  private final long mark;
  private final MeshNode self;
  private final Underlay underlay;
  private final EncapsulationLinks links = new EncapsulationLinks();

  LocationNetwork(MeshView view, MeshNode self, Underlay underlay) {
    this.spec = view.mesh().spec().encapsulation();
    this.mark = view.mesh().spec().routing().firewallMark();
    this.self = self;
    this.underlay = underlay;
  }

  /** The links that the paths asked for so far need, with what hangs on them. */
  DesiredEncapsulation encapsulation() {
    return links.encapsulation();
  }

  /** The way of a family's packets to another node of the location. */
  LocationPath path(MeshNode node, Family family) {
    var internal = of(node.internalIPs(), family).toList();
    if (spec.mode() != EncapsulationMode.ALWAYS) {
      for (var address : internal) {
        var link = underlay.onLink(address);
        if (link.isPresent()) {
          return new LocationPath.Direct(address, link.get().name());
        }
      }
      if (!internal.isEmpty() && underlay.links().isEmpty()) {
        // Planned without facts: nodes of a location are taken to share a subnet.
        return new LocationPath.Direct(internal.getFirst(), "");
      }
      if (spec.mode() == EncapsulationMode.NEVER) {
        return internal.isEmpty() ? noInternalIP(node, family) : new LocationPath.Routed();
      }
    }
    return encapsulated(node, family);
  }

  private LocationPath encapsulated(MeshNode node, Family family) {
    var outer =
        Stream.of(Family.values())
            .filter(f -> Stream.of(self, node).allMatch(n -> has(n.internalIPs(), f)))
            .findFirst();
    if (outer.isEmpty()) {
      return noInternalIP(node, family);
    }
    var local = local(outer.get());
    if (local.isEmpty()) {
      return new LocationPath.Missing(
          "internalIPs",
          "InternalIPNotLocal",
          "none of the internal addresses %s is on a link of this node, so nothing can be sent encapsulated from them; set the annotation weft.dev/internal-ip to one that is"
              .formatted(self.internalIPs()));
    }
    var remote = of(node.internalIPs(), outer.get()).findFirst().orElseThrow();
    return switch (protocol(node)) {
      case IPIP -> ipip(node, family, outer.get(), local.get(), remote);
      case VXLAN -> vxlan(node, family, local.get(), remote);
      case AUTO ->
          new LocationPath.Missing(
              "encapsulation",
              "EncapsulationUnavailable",
              "the kernels of this node (%s) and of %s (%s) have no encapsulation in common that spec.encapsulation.protocol %s allows; load the module vxlan or ipip, or change the protocol"
                  .formatted(
                      self.encapsulations(), node.name(), node.encapsulations(), spec.protocol()));
    };
  }

  /**
   * What both kernels can make. Where there is a choice, VXLAN: UDP passes every network, and IPIP
   * is dropped by some without a word. AUTO: nothing.
   */
  private EncapsulationProtocol protocol(MeshNode node) {
    var common = EnumSet.copyOf(self.encapsulations());
    common.retainAll(node.encapsulations());
    if (spec.protocol() != EncapsulationProtocol.AUTO) {
      common.retainAll(EnumSet.of(spec.protocol()));
    }
    return Stream.of(EncapsulationProtocol.VXLAN, EncapsulationProtocol.IPIP)
        .filter(common::contains)
        .findFirst()
        .orElse(EncapsulationProtocol.AUTO);
  }

  private LocationPath ipip(
      MeshNode node, Family family, Family outer, IpAddress local, IpAddress remote) {
    if (family != Family.IPV4 || outer != Family.IPV4) {
      return new LocationPath.Missing(
          "encapsulation",
          "IpipCarriesIPv4Only",
          "%s of node %s can't be sent by IPIP, which carries IPv4 in IPv4 only; set spec.encapsulation.protocol to VXLAN or Auto, with kernels that have it"
              .formatted(family == Family.IPV4 ? "IPv4 over IPv6" : "IPv6", node.name()));
    }
    var tunnel = new DesiredTunnel.Ipip(local, mark, underlay.mtu(IPIP_OVERHEAD));
    links.add(tunnel);
    return new LocationPath.Encapsulated(remote, tunnel);
  }

  private LocationPath vxlan(MeshNode node, Family family, IpAddress local, IpAddress remote) {
    var gateway =
        EncapsulationLinks.gateway(
            node,
            family,
            of(node.internalIPs(), family)
                .findFirst()
                .or(() -> of(node.addresses(), family).findFirst()));
    if (gateway.isEmpty()) {
      return noInternalIP(node, family);
    }
    var tunnel =
        new DesiredTunnel.Vxlan(
            DesiredTunnel.Scope.LOCATION,
            local,
            MacAddress.derivedFrom(self.name()),
            spec.vni(),
            spec.port(),
            underlay.mtu(DesiredTunnel.Vxlan.overhead(local.family())));
    links.add(tunnel, node, gateway.get(), remote);
    return new LocationPath.Encapsulated(gateway.get(), tunnel);
  }

  private Optional<IpAddress> local(Family family) {
    return of(self.internalIPs(), family)
        .filter(a -> underlay.links().isEmpty() || underlay.hasAddress(a))
        .findFirst();
  }

  private LocationPath noInternalIP(MeshNode node, Family family) {
    return new LocationPath.Missing(
        "internalIPs",
        "NoInternalIP",
        "node %s has no %s internal address in location %s; set the annotation weft.dev/internal-ip on it"
            .formatted(node.name(), family == Family.IPV4 ? "IPv4" : "IPv6", self.location()));
  }

  private static boolean has(List<IpAddress> addresses, Family family) {
    return of(addresses, family).findAny().isPresent();
  }

  private static Stream<IpAddress> of(List<IpAddress> addresses, Family family) {
    return addresses.stream().filter(a -> a.family() == family);
  }
}
