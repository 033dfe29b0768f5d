package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredAddress;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.view.NodeSecrets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** From what a node knows to what is wanted of its kernel. */
public final class DataplanePlanner {
  private DataplanePlanner() {}

  /**
   * Plans the node named in the facts.
   *
   * @throws IllegalArgumentException if the view has no such node
   */
  public static DesiredState plan(MeshView view, NodeFacts facts, NodeSecrets secrets) {
    return plan(view, new Topology(view), facts, secrets);
  }

  /** The same, with a topology of the view that serves many nodes. */
  public static DesiredState plan(
      MeshView view, Topology topology, NodeFacts facts, NodeSecrets secrets) {
    var self =
        view.node(facts.nodeName())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "mesh %s has no node %s".formatted(view.mesh().name(), facts.nodeName())));
    var problems = new ArrayList<Problem>();
    var spec = view.mesh().spec();
    var routing = spec.routing();
    var underlay = Underlay.of(facts, self);
    var reach = Reach.of(view, topology, self);
    var routes = new RoutePlanner(view, topology.lanes(), self, underlay, reach, problems).plan();
    var devices = new ArrayList<DesiredDevice>();
    for (var id : topology.lanes().devices(self)) {
      var peers =
          new PeerPlanner(view, topology.lanes(), self, id, facts, secrets, reach, problems).plan();
      devices.add(device(view, self, underlay, id, secrets.keys(id), peers));
    }
    var names = devices.stream().map(DesiredDevice::name).toList();
    var exits = new Exits(view, topology, self);
    var meshed = FirewallPlanner.meshPrefixes(view, self);
    var cluster = FirewallPlanner.clusterPrefixes(view, meshed);
    var egress =
        new EgressPlanner(view, self, facts, exits, cluster, mtu(view, underlay), problems).plan();
    var encapsulation = routes.encapsulation().and(egress.encapsulation());
    var direct = DirectPlanner.plan(view, topology, self, facts, underlay, routes.routes());
    var tunnels =
        FirewallPlanner.tunnels(
            devices, FirewallPlanner.names(encapsulation, DesiredTunnel.Scope.EGRESS));
    var guard = ExitGuardPlanner.plan(view, self, facts, tunnels, cluster, exits);
    return new DesiredState(
        routing.protocol(),
        routing.nextHopBase(),
        tables(routing.table(), egress.tables()),
        routing.rulePriority(),
        devices,
        joined(addresses(names, self), addresses(egress.encapsulation(), self)),
        routes.nextHops(),
        routes.groups(),
        joined(routes.routes(), egress.routes()),
        joined(
            RulePlanner.plan(view, self, names, facts, underlay, reach, routes, direct),
            egress.rules()),
        linkSettings(names, encapsulation, underlay, topology.lanes().isOneOfSeveral(self)),
        encapsulation,
        FirewallPlanner.plan(
            view,
            self,
            facts,
            topology,
            meshed,
            devices,
            encapsulation,
            exits,
            direct,
            underlay,
            guard),
        problems);
  }

  private static List<Integer> tables(int table, List<Integer> egress) {
    return Stream.concat(Stream.of(table, table + 1, table + 2), egress.stream())
        .distinct()
        .toList();
  }

  private static <T> List<T> joined(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static DesiredDevice device(
      MeshView view,
      MeshNode self,
      Underlay underlay,
      DeviceId id,
      KeyPair keys,
      List<DesiredPeer> peers) {
    var spec = view.mesh().spec();
    return new DesiredDevice(
        DeviceNames.of(view, id),
        id,
        keys,
        self.device(id.lane()).map(MeshDevice::listenPort).orElse(spec.device().port()),
        spec.routing().firewallMark(),
        mtu(view, underlay),
        peers);
  }

  private static int mtu(MeshView view, Underlay underlay) {
    var mtu = view.mesh().spec().device().mtu();
    return mtu == null ? underlay.deviceMtu() : mtu;
  }

  /** The same on each device: on one without, what leaves by another is dropped (see below). */
  private static List<DesiredAddress> addresses(List<String> links, MeshNode self) {
    return links.stream()
        .flatMap(
            link ->
                self.addresses().stream()
                    .map(a -> new InterfaceAddress(a, a.family().bits()))
                    .map(a -> new DesiredAddress(link, a)))
        .toList();
  }

  /**
   * The mesh address of IPv4 on links that bring packets from and to the internet, too: on a link
   * without any, the kernel lets nothing pass that it would send another way, however loosely
   * rp_filter is set ({@code __fib_validate_source} in net/ipv4/fib_frontend.c).
   */
  private static List<DesiredAddress> addresses(DesiredEncapsulation egress, MeshNode self) {
    return egress.tunnels().stream()
        .flatMap(
            t ->
                Underlay.of(self.addresses(), Family.IPV4).stream()
                    .map(a -> new InterfaceAddress(a, a.family().bits()))
                    .map(a -> new DesiredAddress(t.name(), a)))
        .toList();
  }

  private static List<LinkSettings> linkSettings(
      List<String> devices,
      DesiredEncapsulation encapsulation,
      Underlay underlay,
      boolean hasFellows) {
    var settings = new ArrayList<LinkSettings>();
    // Strict reverse-path filtering would drop what arrives by a lane other than the one that
    // replies take.
    devices.forEach(d -> settings.add(new LinkSettings(d, 1, 2, -1)));
    encapsulation.tunnels().forEach(t -> settings.add(new LinkSettings(t.name(), 1, 2, -1)));
    // Without it the mark of inbound WireGuard packets isn't heeded by rp_filter, and a meshed
    // sender is dropped.
    // Another gateway of the location hands on, by the underlay, what this one answers by a tunnel.
    int rpFilter = hasFellows ? 2 : -1;
    underlay.links().stream()
        .filter(l -> l.addresses().stream().anyMatch(a -> a.address().family() == Family.IPV4))
        .forEach(l -> settings.add(new LinkSettings(l.name(), -1, rpFilter, 1)));
    return settings;
  }
}
