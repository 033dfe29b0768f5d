package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenEncapsulation;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.kernel.SeenTunnel;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A second implementation of what the agent's applier and the kernel do with changes, in memory.
 */
final class SimulatedKernel {
  static final int PROTOCOL = 87;

  private final Map<String, SeenLink> links = new LinkedHashMap<>();
  private final Map<String, SeenDevice> devices = new TreeMap<>();
  private final Map<Long, SeenNextHop> nextHops = new TreeMap<>();
  private final Map<String, SeenRoute> routes = new TreeMap<>();
  private final List<SeenRule> rules = new ArrayList<>();
  private final Map<String, SeenTunnel> tunnels = new TreeMap<>();
  private final List<TunnelNeighbour> neighbours = new ArrayList<>();
  private final List<TunnelForwarding> forwardings = new ArrayList<>();
  private @Nullable DesiredFirewall firewall;
  private Map<String, List<Prefix>> sets = Map.of();
  private int nextIndex = 2;
  final List<String> lost = new ArrayList<>();

  SimulatedKernel(List<String> underlay) {
    underlay.forEach(name -> link(name, "", 1500, true));
  }

  private void link(String name, String kind, int mtu, boolean up) {
    links.put(name, new SeenLink(nextIndex++, name, kind, mtu, up, List.of(), 0, 0, 0));
  }

  KernelSnapshot read(DesiredFirewall expected, long now) {
    var seen =
        new SeenFirewall(
            firewall != null, firewall != null && sameChains(firewall, expected), sets);
    return new KernelSnapshot(
        now,
        List.copyOf(links.values()),
        List.copyOf(devices.values()),
        List.copyOf(nextHops.values()),
        List.copyOf(routes.values()),
        rules,
        new SeenEncapsulation(
            List.copyOf(tunnels.values()), List.copyOf(neighbours), List.copyOf(forwardings)),
        seen);
  }

  private static boolean sameChains(DesiredFirewall one, DesiredFirewall other) {
    return chains(one).equals(chains(other));
  }

  private static String chains(DesiredFirewall f) {
    return f.meshLinks()
        + " "
        + f.wireGuardLinks()
        + " "
        + f.listenPorts()
        + " "
        + f.mark()
        + FirewallSets.of(f).keySet();
  }

  void apply(ChangeSet changes) {
    changes.changes().forEach(this::apply);
  }

  private void apply(Change change) {
    switch (change) {
      case Change.CreateDevice(var d) -> {
        if (!links.containsKey(d.name())) {
          link(d.name(), "wireguard", 1420, false);
        }
        devices.put(d.name(), new SeenDevice(d.name(), Optional.empty(), 0, 0, false, List.of()));
      }
      case Change.ConfigureDevice(var d) ->
          devices.computeIfPresent(
              d.name(),
              (n, s) ->
                  new SeenDevice(
                      n,
                      Optional.of(d.publicKey()),
                      d.listenPort(),
                      d.firewallMark(),
                      false,
                      s.peers()));
      case Change.RemoveDevice(var name) -> {
        int index = Objects.requireNonNull(links.get(name)).index();
        nextHops.values().stream()
            .filter(h -> h.linkIndex() == index)
            .forEach(h -> lost.add("next hop " + h.id() + " by removing " + name));
        devices.remove(name);
        links.remove(name);
      }
      case Change.ReplaceTunnel(var t) -> {
        removeTunnel(t.name());
        link(t.name(), t instanceof DesiredTunnel.Vxlan ? "vxlan" : "ipip", t.mtu(), false);
        tunnels.put(t.name(), tunnel(t));
      }
      case Change.RemoveTunnel(var name) -> removeTunnel(name);
      case Change.SetNeighbour(var n) -> {
        require(tunnels.containsKey(n.link()), "no link " + n.link());
        neighbours.removeIf(o -> o.link().equals(n.link()) && o.gateway().equals(n.gateway()));
        neighbours.add(n);
      }
      case Change.RemoveNeighbour(var n) -> require(neighbours.remove(n), "no neighbour " + n);
      case Change.SetForwarding(var f) -> {
        require(tunnels.containsKey(f.link()), "no link " + f.link());
        forwardings.removeIf(o -> o.link().equals(f.link()) && o.mac().equals(f.mac()));
        forwardings.add(f);
      }
      case Change.RemoveForwarding(var f) -> require(forwardings.remove(f), "no forwarding " + f);
      case Change.SetLink(var name, var mtu) ->
          change(
              name,
              l ->
                  new SeenLink(
                      l.index(),
                      name,
                      l.kind(),
                      mtu,
                      true,
                      l.addresses(),
                      l.forwarding(),
                      l.rpFilter(),
                      l.srcValidMark()));
      case Change.SetLinkSettings(var s) ->
          change(
              s.link(),
              l ->
                  new SeenLink(
                      l.index(),
                      l.name(),
                      l.kind(),
                      l.mtu(),
                      l.up(),
                      l.addresses(),
                      or(s.forwarding(), l.forwarding()),
                      or(s.rpFilter(), l.rpFilter()),
                      or(s.srcValidMark(), l.srcValidMark())));
      case Change.AddAddress(var a) -> addresses(a.link(), a.address(), true);
      case Change.RemoveAddress(var link, var a) -> addresses(link, a, false);
      case Change.SetPeer p -> setPeer(p);
      case Change.RemoveAllowedIPs(var device, var key, var prefixes) ->
          removeAllowed(device, key, prefixes);
      case Change.RemovePeer(var device, var key) -> peers(device, m -> m.remove(key));
      case Change.SetNextHop(var h) ->
          nextHops.put(
              h.id(),
              new SeenNextHop(
                  h.id(), PROTOCOL, h.family(), h.gateway(), index(h.link()), List.of()));
      case Change.SetNextHopGroup(var g) -> {
        for (long member : g.members()) {
          require(nextHops.containsKey(member), "group " + g.id() + " before its member " + member);
        }
        nextHops.put(
            g.id(),
            new SeenNextHop(g.id(), PROTOCOL, g.family(), Optional.empty(), 0, g.members()));
      }
      case Change.RemoveNextHop(var h) -> {
        nextHops.remove(h.id());
        routes
            .values()
            .removeIf(
                r -> {
                  boolean uses = r.nextHopId() == h.id();
                  if (uses) {
                    lost.add("route " + r.destination() + " went with its next hop");
                  }
                  return uses;
                });
      }
      case Change.SetRoute(var r) -> routes.put(r.table() + " " + r.destination(), route(r));
      case Change.RemoveRoute(var r) ->
          require(routes.remove(r.table() + " " + r.destination()) != null, "no route " + r);
      case Change.AddRule(var r) ->
          rules.add(
              new SeenRule(
                  r.family(),
                  r.priority(),
                  PROTOCOL,
                  r.not(),
                  r.from(),
                  r.to(),
                  r.iif(),
                  r.mark(),
                  r.mask(),
                  r.tcpDestinationPort(),
                  r.table(),
                  r.suppressPrefixLength()));
      case Change.RemoveRule(var r) -> require(rules.remove(r), "no rule " + r);
      case Change.ReplaceFirewall(var f) -> {
        firewall = f;
        sets = FirewallSets.of(f);
      }
      case Change.UpdateFirewallSets(var add, var remove) -> updateSets(add, remove);
    }
  }

  private static SeenTunnel tunnel(DesiredTunnel tunnel) {
    return switch (tunnel) {
      case DesiredTunnel.Vxlan v ->
          new SeenTunnel(
              v.name(),
              "vxlan",
              Optional.of(v.mac()),
              Optional.of(v.local()),
              v.vni(),
              v.port(),
              false,
              0);
      case DesiredTunnel.Ipip i ->
          new SeenTunnel(
              i.name(), "ipip", Optional.empty(), Optional.of(i.local()), 0, 0, false, i.mark());
    };
  }

  /** A link goes with its addresses, entries, next hops, groups left empty, and routes. */
  private void removeTunnel(String name) {
    var link = links.remove(name);
    tunnels.remove(name);
    neighbours.removeIf(n -> n.link().equals(name));
    forwardings.removeIf(f -> f.link().equals(name));
    if (link != null) {
      nextHops.values().removeIf(n -> n.linkIndex() == link.index());
      nextHops
          .values()
          .removeIf(
              n -> !n.members().isEmpty() && n.members().stream().noneMatch(nextHops::containsKey));
      routes
          .values()
          .removeIf(
              r ->
                  r.linkIndex() == link.index()
                      || (r.nextHopId() != 0 && !nextHops.containsKey(r.nextHopId())));
    }
  }

  private void updateSets(Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove) {
    var changed = new HashMap<>(sets);
    changed.replaceAll(
        (name, elements) -> {
          var all = new TreeSet<>(elements);
          all.removeAll(remove.getOrDefault(name, List.of()));
          all.addAll(add.getOrDefault(name, List.of()));
          return Aggregation.of(all);
        });
    sets = changed;
  }

  private SeenRoute route(DesiredRoute r) {
    return leading(r).withMtu(r.mtu());
  }

  private SeenRoute leading(DesiredRoute r) {
    return switch (r.target()) {
      case RouteTarget.Group(long id) -> {
        require(nextHops.containsKey(id), "route before its group " + id);
        yield new SeenRoute(
            r.table(), r.destination(), PROTOCOL, 1, id, Optional.empty(), 0, r.source(), 0);
      }
      case RouteTarget.Throw() ->
          new SeenRoute(
              r.table(), r.destination(), PROTOCOL, 9, 0, Optional.empty(), 0, r.source(), 0);
      case RouteTarget.Unreachable() ->
          new SeenRoute(
              r.table(), r.destination(), PROTOCOL, 7, 0, Optional.empty(), 0, r.source(), 0);
      case RouteTarget.Device(String link) ->
          new SeenRoute(
              r.table(),
              r.destination(),
              PROTOCOL,
              1,
              0,
              Optional.empty(),
              index(link),
              r.source(),
              0);
      case RouteTarget.Via(var gateway, String link) ->
          new SeenRoute(
              r.table(),
              r.destination(),
              PROTOCOL,
              1,
              0,
              Optional.of(gateway),
              index(link),
              r.source(),
              0);
    };
  }

  private void setPeer(Change.SetPeer change) {
    peers(
        change.device(),
        peers -> {
          var old = peers.get(change.publicKey());
          require(old != null || change.isNew(), "peer " + change.publicKey() + " is gone");
          // A prefix has one owner on a device: adding it here takes it from there.
          peers.replaceAll(
              (k, p) -> k.equals(change.publicKey()) ? p : without(p, change.addAllowedIPs()));
          var allowed = new TreeSet<Prefix>(old == null ? List.of() : old.allowedIPs());
          allowed.addAll(change.addAllowedIPs());
          var before = Optional.ofNullable(old);
          var endpoint = change.endpoint().or(() -> before.flatMap(SeenPeer::endpoint));
          int keepalive =
              change
                  .persistentKeepaliveSeconds()
                  .orElse(before.map(SeenPeer::persistentKeepaliveSeconds).orElse(0));
          var psk =
              change
                  .presharedKey()
                  .orElse(before.map(SeenPeer::presharedKey).orElse(PresharedKey.NONE));
          peers.put(
              change.publicKey(),
              new SeenPeer(
                  change.publicKey(),
                  endpoint,
                  List.copyOf(allowed),
                  keepalive,
                  psk,
                  old == null ? 0 : old.lastHandshakeEpochSecond(),
                  0,
                  0));
        });
  }

  private void removeAllowed(String device, PublicKey key, List<Prefix> prefixes) {
    peers(device, peers -> peers.computeIfPresent(key, (k, p) -> without(p, prefixes)));
  }

  private static SeenPeer without(SeenPeer p, List<Prefix> prefixes) {
    var rest = new ArrayList<>(p.allowedIPs());
    rest.removeAll(prefixes);
    return new SeenPeer(
        p.publicKey(),
        p.endpoint(),
        rest,
        p.persistentKeepaliveSeconds(),
        p.presharedKey(),
        p.lastHandshakeEpochSecond(),
        p.receivedBytes(),
        p.sentBytes());
  }

  private void peers(String device, java.util.function.Consumer<Map<PublicKey, SeenPeer>> change) {
    devices.computeIfPresent(
        device,
        (n, d) -> {
          var peers = new LinkedHashMap<PublicKey, SeenPeer>();
          d.peers().forEach(p -> peers.put(p.publicKey(), p));
          change.accept(peers);
          return new SeenDevice(
              n,
              d.publicKey(),
              d.listenPort(),
              d.firewallMark(),
              d.userspace(),
              List.copyOf(peers.values()));
        });
  }

  private void addresses(String name, InterfaceAddress address, boolean add) {
    change(
        name,
        l -> {
          var all = new ArrayList<>(l.addresses());
          all.remove(address);
          if (add) {
            all.add(address);
          }
          return new SeenLink(
              l.index(),
              name,
              l.kind(),
              l.mtu(),
              l.up(),
              all,
              l.forwarding(),
              l.rpFilter(),
              l.srcValidMark());
        });
  }

  private void change(String name, java.util.function.UnaryOperator<SeenLink> change) {
    require(links.containsKey(name), "no link " + name);
    links.computeIfPresent(name, (n, l) -> change.apply(l));
  }

  private int index(String link) {
    var found = links.get(link);
    require(found != null, "no link " + link);
    return found == null ? 0 : found.index();
  }

  private static int or(int wanted, int present) {
    return wanted < 0 ? present : wanted;
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }
}
