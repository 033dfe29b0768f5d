package dev.weft.mesh.pathmtu;

import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Next-hop groups of routes that have an MTU of their own. Linux shares one {@code fib_info} among
 * all IPv4 routes of a table with the same next-hop ID and doesn't compare their metrics
 * (fib_find_info_nh, net/ipv4/fib_semantics.c): the first route's MTU would be every route's. And
 * each next hop keeps one route for what is forwarded and one for what is sent (nhc_rth_input,
 * nhc_pcpu_rth_output, net/ipv4/route.c), with the metrics of whichever route was looked up first,
 * be it of another group. So each group and MTU gets an ID of its own, and so do its members.
 */
final class NarrowGroups {
  private static final int FIRST = 0x10000;
  private static final int SLOTS = 0x100000 - FIRST;

  /** A group or a next hop; their IDs are of one space. */
  private record Key(long of, int mtu) {}

  private final DesiredState desired;
  private final Map<Long, DesiredNextHopGroup> original = new HashMap<>();
  private final Map<Long, DesiredNextHop> originalHops = new HashMap<>();
  private final Map<Key, DesiredNextHopGroup> narrow = new HashMap<>();
  private final Map<Key, Long> narrowHops = new HashMap<>();
  private final Set<Long> taken = new HashSet<>();
  private final List<DesiredNextHopGroup> all;
  private final List<DesiredNextHop> hops;

  NarrowGroups(DesiredState desired) {
    this.desired = desired;
    this.all = new ArrayList<>(desired.nextHopGroups());
    this.hops = new ArrayList<>(desired.nextHops());
    desired.nextHopGroups().forEach(g -> original.put(g.id(), g));
    desired.nextHops().forEach(h -> originalHops.put(h.id(), h));
  }

  /** The route with an MTU, by a group of the same members where it led to a group. */
  DesiredRoute narrowed(DesiredRoute route, int mtu) {
    var target =
        route.target() instanceof RouteTarget.Group(long id)
            ? Optional.ofNullable(original.get(id))
                .<RouteTarget>map(group -> new RouteTarget.Group(of(group, mtu).id()))
                .orElse(route.target())
            : route.target();
    return new DesiredRoute(route.table(), route.destination(), target, route.source(), mtu);
  }

  /** The groups that there were, and the new ones. */
  List<DesiredNextHopGroup> all() {
    return List.copyOf(all);
  }

  /** The next hops that there were, and the new ones. */
  List<DesiredNextHop> hops() {
    return List.copyOf(hops);
  }

  private DesiredNextHopGroup of(DesiredNextHopGroup group, int mtu) {
    return narrow.computeIfAbsent(
        new Key(group.id(), mtu),
        key -> {
          var members = group.members().stream().map(hop -> hop(hop, mtu)).toList();
          var made = new DesiredNextHopGroup(id(key), group.family(), members);
          all.add(made);
          return made;
        });
  }

  private long hop(long member, int mtu) {
    var hop = originalHops.get(member);
    return hop == null
        ? member
        : narrowHops.computeIfAbsent(
            new Key(member, mtu),
            key -> {
              var made = new DesiredNextHop(id(key), hop.family(), hop.gateway(), hop.link());
              hops.add(made);
              return made.id();
            });
  }

  /** The same on every run: routes come in one order. */
  private long id(Key key) {
    int hash = (Long.hashCode(key.of()) * 31 + key.mtu()) * 0x9e3779b9;
    int slot = Math.floorMod(hash ^ hash >>> 15, SLOTS);
    while (!taken.add(desired.nextHopBase() + FIRST + slot)) {
      slot = (slot + 1) % SLOTS;
    }
    return desired.nextHopBase() + FIRST + slot;
  }
}
