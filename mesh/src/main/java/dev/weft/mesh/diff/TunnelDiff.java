package dev.weft.mesh.diff;

import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenEncapsulation;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenTunnel;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Encapsulating links, neighbour entries, forwarding databases. */
final class TunnelDiff {
  private TunnelDiff() {}

  /**
   * A snapshot without the links that are to be made anew, and without what goes with them: next
   * hops, groups that have no other member, routes.
   */
  static KernelSnapshot withoutReplaced(DesiredEncapsulation wanted, KernelSnapshot seen) {
    var gone =
        seen.encapsulation().tunnels().stream()
            .filter(s -> wanted.tunnels().stream().anyMatch(t -> differs(t, s)))
            .map(SeenTunnel::name)
            .collect(Collectors.toSet());
    return gone.isEmpty() ? seen : without(gone, seen);
  }

  private static boolean differs(DesiredTunnel wanted, SeenTunnel seen) {
    return wanted.name().equals(seen.name()) && !matches(wanted, seen);
  }

  private static KernelSnapshot without(Set<String> gone, KernelSnapshot seen) {
    var indexes =
        seen.links().stream()
            .filter(l -> gone.contains(l.name()))
            .map(SeenLink::index)
            .collect(Collectors.toSet());
    var hops = new HashSet<Long>();
    seen.nextHops().stream()
        .filter(n -> indexes.contains(n.linkIndex()))
        .forEach(n -> hops.add(n.id()));
    seen.nextHops().stream()
        .filter(n -> !n.members().isEmpty() && hops.containsAll(n.members()))
        .map(SeenNextHop::id)
        .toList()
        .forEach(hops::add);
    var encapsulation = seen.encapsulation();
    return new KernelSnapshot(
        seen.nowEpochSecond(),
        seen.links().stream().filter(l -> !gone.contains(l.name())).toList(),
        seen.devices(),
        seen.nextHops().stream().filter(n -> !hops.contains(n.id())).toList(),
        seen.routes().stream()
            .filter(r -> !indexes.contains(r.linkIndex()) && !hops.contains(r.nextHopId()))
            .toList(),
        seen.rules(),
        new SeenEncapsulation(
            rest(encapsulation.tunnels(), SeenTunnel::name, gone),
            rest(encapsulation.neighbours(), TunnelNeighbour::link, gone),
            rest(encapsulation.forwardings(), TunnelForwarding::link, gone)),
        seen.firewall());
  }

  private static <T> List<T> rest(List<T> all, Function<T, String> link, Set<String> gone) {
    return all.stream().filter(t -> !gone.contains(link.apply(t))).toList();
  }

  static void diff(
      DesiredEncapsulation wanted, KernelSnapshot seen, List<Change> add, List<Change> remove) {
    var there = seen.encapsulation();
    var names = wanted.tunnels().stream().map(DesiredTunnel::name).collect(Collectors.toSet());
    for (var tunnel : wanted.tunnels()) {
      if (there.tunnels().stream().noneMatch(s -> matches(tunnel, s))) {
        add.add(new Change.ReplaceTunnel(tunnel));
      }
      boolean up =
          seen.links().stream()
              .anyMatch(l -> l.name().equals(tunnel.name()) && l.up() && l.mtu() == tunnel.mtu());
      if (!up) {
        add.add(new Change.SetLink(tunnel.name(), tunnel.mtu()));
      }
    }
    missing(wanted.forwardings(), there.forwardings())
        .forEach(f -> add.add(new Change.SetForwarding(f)));
    missing(wanted.neighbours(), there.neighbours())
        .forEach(n -> add.add(new Change.SetNeighbour(n)));
    missing(there.neighbours(), wanted.neighbours()).stream()
        .filter(n -> names.contains(n.link()) && isNotReplaced(n, wanted))
        .forEach(n -> remove.add(new Change.RemoveNeighbour(n)));
    missing(there.forwardings(), wanted.forwardings()).stream()
        .filter(f -> names.contains(f.link()) && isNotReplaced(f, wanted))
        .forEach(f -> remove.add(new Change.RemoveForwarding(f)));
    there.tunnels().stream()
        .map(SeenTunnel::name)
        .filter(n -> !names.contains(n))
        .forEach(n -> remove.add(new Change.RemoveTunnel(n)));
  }

  private static <T> List<T> missing(List<T> wanted, List<T> there) {
    var known = new HashSet<>(there);
    return wanted.stream().filter(t -> !known.contains(t)).toList();
  }

  /** An entry that is replaced in place isn't removed: it would be the new one that goes. */
  private static boolean isNotReplaced(TunnelNeighbour seen, DesiredEncapsulation wanted) {
    return wanted.neighbours().stream()
        .noneMatch(n -> n.link().equals(seen.link()) && n.gateway().equals(seen.gateway()));
  }

  private static boolean isNotReplaced(TunnelForwarding seen, DesiredEncapsulation wanted) {
    return wanted.forwardings().stream()
        .noneMatch(f -> f.link().equals(seen.link()) && f.mac().equals(seen.mac()));
  }

  private static boolean matches(DesiredTunnel wanted, SeenTunnel seen) {
    return wanted.name().equals(seen.name())
        && seen.local().equals(Optional.of(wanted.local()))
        && switch (wanted) {
          case DesiredTunnel.Vxlan v ->
              seen.kind().equals("vxlan")
                  && seen.mac().equals(Optional.of(v.mac()))
                  && seen.vni() == v.vni()
                  && seen.port() == v.port()
                  && !seen.learning();
          case DesiredTunnel.Ipip i -> seen.kind().equals("ipip") && seen.mark() == i.mark();
        };
  }
}
