package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Next hops, groups, routes and rules. */
final class RouteDiff {
  private static final int MAIN = 254;
  private static final int RTN_UNICAST = 1;
  private static final int RTN_UNREACHABLE = 7;
  private static final int RTN_THROW = 9;

  private record RouteKey(int table, Prefix destination) {}

  private RouteDiff() {}

  /**
   * The changes.
   *
   * @param add what has to be there before a peer can send, so that no answer to it leaves by
   *     another way: next hops, routes to where none led, rules
   * @param replace routes that lead elsewhere from now on, for after their peers: until then the
   *     old way works
   */
  static void diff(
      DesiredState desired,
      KernelSnapshot seen,
      List<Change> add,
      List<Change> replace,
      List<Change> remove) {
    Map<String, Integer> indexes = new HashMap<>();
    seen.links().forEach(l -> indexes.put(l.name(), l.index()));
    var hopRemovals = new ArrayList<Change>();
    nextHops(desired, seen, indexes, add, hopRemovals);
    var routeRemovals = new ArrayList<Change>();
    routes(desired, seen, indexes, add, replace, routeRemovals);
    rules(desired, seen, add, remove);
    remove.addAll(routeRemovals);
    remove.addAll(hopRemovals);
  }

  private static void nextHops(
      DesiredState desired,
      KernelSnapshot seen,
      Map<String, Integer> indexes,
      List<Change> add,
      List<Change> remove) {
    Map<Long, SeenNextHop> known = HashMap.newHashMap(seen.nextHops().size());
    seen.nextHops().forEach(n -> known.put(n.id(), n));
    Set<Long> wanted = new HashSet<>();
    for (var hop : desired.nextHops()) {
      wanted.add(hop.id());
      if (!matches(hop, known.get(hop.id()), indexes)) {
        add.add(new Change.SetNextHop(hop));
      }
    }
    for (var group : desired.nextHopGroups()) {
      wanted.add(group.id());
      if (!matches(group, known.get(group.id()))) {
        add.add(new Change.SetNextHopGroup(group));
      }
    }
    var surplus =
        seen.nextHops().stream()
            .filter(n -> n.protocol() == desired.routeProtocol() && !wanted.contains(n.id()))
            .toList();
    // Groups before what they are made of: a group that loses its last member vanishes by itself.
    surplus.stream()
        .filter(n -> !n.members().isEmpty())
        .forEach(n -> remove.add(new Change.RemoveNextHop(n)));
    surplus.stream()
        .filter(n -> n.members().isEmpty())
        .forEach(n -> remove.add(new Change.RemoveNextHop(n)));
  }

  private static boolean matches(
      DesiredNextHop wanted, @Nullable SeenNextHop seen, Map<String, Integer> indexes) {
    return seen != null
        && seen.members().isEmpty()
        && seen.family() == wanted.family()
        && seen.gateway().equals(wanted.gateway())
        && indexes.getOrDefault(wanted.link(), -1) == seen.linkIndex();
  }

  private static boolean matches(DesiredNextHopGroup wanted, @Nullable SeenNextHop seen) {
    return seen != null && seen.members().equals(wanted.members());
  }

  private static void routes(
      DesiredState desired,
      KernelSnapshot seen,
      Map<String, Integer> indexes,
      List<Change> add,
      List<Change> replace,
      List<Change> remove) {
    Map<RouteKey, List<SeenRoute>> known = HashMap.newHashMap(seen.routes().size());
    for (var route : seen.routes()) {
      known
          .computeIfAbsent(
              new RouteKey(route.table(), route.destination()), k -> new ArrayList<>(1))
          .add(route);
    }
    Set<RouteKey> wanted = HashSet.newHashSet(desired.routes().size());
    for (var route : desired.routes()) {
      var key = new RouteKey(route.table(), route.destination());
      wanted.add(key);
      var there = known.getOrDefault(key, List.of());
      if (there.stream().noneMatch(s -> matches(route, s, desired.routeProtocol(), indexes))) {
        (there.isEmpty() ? add : replace).add(new Change.SetRoute(route));
      }
    }
    // A route that is wanted otherwise has been replaced in place; to remove the old one would hit
    // the new.
    known.forEach(
        (key, routes) -> {
          if (!wanted.contains(key)) {
            routes.stream()
                .filter(r -> r.protocol() == desired.routeProtocol())
                .forEach(r -> remove.add(new Change.RemoveRoute(r)));
          }
        });
  }

  private static boolean matches(
      DesiredRoute wanted, SeenRoute seen, int protocol, Map<String, Integer> indexes) {
    if (seen.protocol() != protocol
        || seen.mtu() != wanted.mtu()
        || !seen.source().equals(wanted.source())) {
      return false;
    }
    return switch (wanted.target()) {
      case RouteTarget.Group(long id) -> seen.nextHopId() == id;
      case RouteTarget.Throw() -> seen.type() == RTN_THROW;
      case RouteTarget.Unreachable() -> seen.type() == RTN_UNREACHABLE;
      case RouteTarget.Device(String link) ->
          isDirect(seen) && seen.gateway().isEmpty() && isLink(seen, link, indexes);
      case RouteTarget.Via(var gateway, String link) ->
          isDirect(seen)
              && seen.gateway().equals(Optional.of(gateway))
              && isLink(seen, link, indexes);
    };
  }

  private static boolean isDirect(SeenRoute seen) {
    return seen.type() == RTN_UNICAST && seen.nextHopId() == 0;
  }

  private static boolean isLink(SeenRoute seen, String link, Map<String, Integer> indexes) {
    return link.isEmpty() || indexes.getOrDefault(link, -1) == seen.linkIndex();
  }

  private static void rules(
      DesiredState desired, KernelSnapshot seen, List<Change> add, List<Change> remove) {
    var unclaimed = new ArrayList<>(seen.rules());
    for (var rule : desired.rules()) {
      var found = unclaimed.stream().filter(s -> matches(rule, s)).findFirst();
      if (found.isPresent()) {
        unclaimed.remove(found.get());
      } else if (rule.table() == MAIN) {
        // The API server's: before a route could take it into a tunnel.
        add.addFirst(new Change.AddRule(rule));
      } else {
        add.add(new Change.AddRule(rule));
      }
    }
    unclaimed.stream()
        .filter(r -> r.protocol() == desired.routeProtocol())
        .forEach(r -> remove.add(new Change.RemoveRule(r)));
  }

  private static boolean matches(DesiredRule wanted, SeenRule seen) {
    return seen.family() == wanted.family()
        && seen.priority() == wanted.priority()
        && seen.not() == wanted.not()
        && seen.from().equals(wanted.from())
        && seen.to().equals(wanted.to())
        && seen.iif().equals(wanted.iif())
        && seen.mark() == wanted.mark()
        && seen.mask() == wanted.mask()
        && seen.tcpDestinationPort() == wanted.tcpDestinationPort()
        && seen.table() == wanted.table()
        && seen.suppressPrefixLength().equals(wanted.suppressPrefixLength());
  }
}
