package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.Masquerade;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.ExitGuard;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.desired.MasqueradeRule;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packet filter of one node. */
final class FirewallPlanner {
  /** The bridge that the CNI configuration attaches pods to. */
  static final String POD_BRIDGE = "weftbr0";

  private FirewallPlanner() {}

  static DesiredFirewall plan(
      MeshView view,
      MeshNode self,
      NodeFacts facts,
      Topology topology,
      List<Prefix> meshed,
      List<DesiredDevice> devices,
      DesiredEncapsulation encapsulation,
      Exits exits,
      DirectArrivals direct,
      Underlay underlay,
      ExitGuard exit) {
    var spec = view.mesh().spec();
    boolean attachesPods = spec.attachesPods();
    var links = new ArrayList<String>();
    devices.forEach(d -> links.add(d.name()));
    encapsulation.tunnels().forEach(t -> links.add(t.name()));
    if (attachesPods) {
      links.add(POD_BRIDGE);
    }
    var egress = names(encapsulation, DesiredTunnel.Scope.EGRESS);
    var ownLocation = locationCIDRs(topology.nodes(self.location()));
    var masquerade = new ArrayList<MasqueradeRule>();
    if (spec.masquerade() == Masquerade.AUTO) {
      for (var family : Family.values()) {
        masquerade(family, self, view, topology, meshed, ownLocation, masquerade);
        leaving(family, view, meshed, exits, masquerade);
      }
    }
    return new DesiredFirewall(
        links,
        tunnels(devices, egress),
        devices.stream().map(DesiredDevice::listenPort).toList(),
        spec.routing().firewallMark(),
        spec.routing().firewallMask(),
        masquerade,
        meshed,
        own(self),
        ownLocation,
        EncapsulationGuardPlanner.plan(view, self, topology, encapsulation, facts),
        new EgressFilter(
            attachesPods ? List.of(POD_BRIDGE) : List.of(), egress, exits.servesPods()),
        direct,
        host(view, self, underlay, attachesPods),
        exit);
  }

  /**
   * Sources of own pods, where they are attached to our bridge; and what must not leave by the
   * underlay: packets to Services that kube-proxy has no rule for yet, and to own pods whose bridge
   * is not there yet.
   */
  private static HostGuard host(
      MeshView view, MeshNode self, Underlay underlay, boolean attachesPods) {
    var closed = new ArrayList<>(view.mesh().serviceCIDRs());
    if (attachesPods) {
      closed.addAll(self.podCIDRs());
    }
    var onLink = underlay.onLinkPrefixes();
    // A range that is also a network of the node's would cut off its neighbours.
    closed.removeIf(p -> onLink.stream().anyMatch(p::overlaps));
    return new HostGuard(
        attachesPods ? List.of(POD_BRIDGE) : List.of(),
        attachesPods ? self.podCIDRs() : List.of(),
        underlay.links().stream().map(LinkFacts::name).filter(n -> !n.isEmpty()).toList(),
        closed);
  }

  static List<String> names(DesiredEncapsulation encapsulation, DesiredTunnel.Scope scope) {
    return encapsulation.tunnels(scope).stream().map(DesiredTunnel::name).toList();
  }

  /** The WireGuard devices and the links inside of them. */
  static List<String> tunnels(List<DesiredDevice> devices, List<String> egress) {
    return Stream.concat(devices.stream().map(DesiredDevice::name), egress.stream()).toList();
  }

  /** All prefixes of mesh and cluster, both families: what doesn't leave by an exit. */
  static List<Prefix> clusterPrefixes(MeshView view, List<Prefix> meshed) {
    var prefixes = new ArrayList<>(meshed);
    prefixes.addAll(view.mesh().serviceCIDRs());
    return Aggregation.of(prefixes);
  }

  /** What others send to the internet by way of this node. */
  private static void leaving(
      Family family, MeshView view, List<Prefix> meshed, Exits exits, List<MasqueradeRule> rules) {
    var sources = exits.sources().stream().filter(p -> p.family() == family).toList();
    if (!sources.isEmpty()) {
      var except =
          Stream.concat(meshed.stream(), view.mesh().serviceCIDRs().stream())
              .filter(p -> p.family() == family)
              .toList();
      rules.add(new MasqueradeRule(Aggregation.of(sources), List.of(), Aggregation.of(except)));
    }
  }

  private static void masquerade(
      Family family,
      MeshNode self,
      MeshView view,
      Topology topology,
      List<Prefix> meshed,
      List<Prefix> ownLocation,
      List<MasqueradeRule> rules) {
    var except = new ArrayList<Prefix>();
    meshed.stream()
        .filter(p -> p.family() == family && !ownLocation.contains(p))
        .forEach(except::add);
    view.mesh().serviceCIDRs().stream().filter(p -> p.family() == family).forEach(except::add);
    var pods = self.podCIDRs().stream().filter(p -> p.family() == family).toList();
    // Beside another CNI, what its pods send out of the cluster is that one's to masquerade.
    if (!pods.isEmpty() && !view.mesh().spec().besideOtherCni()) {
      rules.add(new MasqueradeRule(pods, List.of(), Aggregation.of(except)));
    }
    // Hosts behind the location, a printer say, know no way back to the mesh but to the node that
    // asks them.
    boolean speaksForLocation =
        Topology.isSpeaker(self)
            && topology.nodes(self.location()).stream().anyMatch(n -> !n.locationCIDRs().isEmpty());
    var behind = ownLocation.stream().filter(p -> p.family() == family).toList();
    var ownNodes = nodeHosts(topology.nodes(self.location()), family);
    var remote = new ArrayList<>(except);
    remote.removeAll(ownNodes);
    remote.removeAll(view.mesh().serviceCIDRs());
    if (speaksForLocation && !behind.isEmpty() && !remote.isEmpty()) {
      rules.add(new MasqueradeRule(Aggregation.of(remote), behind, ownNodes));
    }
  }

  private static List<Prefix> nodeHosts(List<MeshNode> nodes, Family family) {
    return nodes.stream()
        .flatMap(n -> n.internalIPs().stream())
        .filter(a -> a.family() == family)
        .map(Prefix::host)
        .toList();
  }

  /** What the mesh carries, as few prefixes as hold it, but for those of locations: as they are. */
  static List<Prefix> meshPrefixes(MeshView view, MeshNode self) {
    var prefixes = new ArrayList<Prefix>(view.mesh().addresses());
    prefixes.addAll(view.mesh().podCIDRs());
    for (var node : view.nodes()) {
      prefixes.addAll(node.podCIDRs());
      node.meshedIPs().forEach(a -> prefixes.add(Prefix.host(a)));
      if (node.location().equals(self.location())) {
        node.internalIPs().forEach(a -> prefixes.add(Prefix.host(a)));
      }
    }
    view.peers().forEach(p -> prefixes.addAll(p.allowedIPs()));
    var aggregated = new ArrayList<>(Aggregation.of(prefixes));
    // Kept apart: those of the own location are distinguished by their value.
    locationCIDRs(view.nodes()).stream()
        .filter(p -> !aggregated.contains(p))
        .forEach(aggregated::add);
    return aggregated.stream().sorted().toList();
  }

  private static List<Prefix> locationCIDRs(List<MeshNode> nodes) {
    return nodes.stream().flatMap(n -> n.locationCIDRs().stream()).distinct().sorted().toList();
  }

  /** What a node sends as its own. */
  static List<Prefix> own(MeshNode self) {
    var own = new ArrayList<Prefix>(self.podCIDRs());
    self.addresses().forEach(a -> own.add(Prefix.host(a)));
    self.internalIPs().forEach(a -> own.add(Prefix.host(a)));
    return Aggregation.of(own);
  }
}
