package dev.weft.mesh.render;

import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A route with its next-hop group resolved.
 *
 * @param route as wanted
 * @param type {@code unicast}, {@code throw} or {@code unreachable}
 * @param via gateway address; empty: none
 * @param dev link; empty: none, or not known
 */
public record ResolvedRoute(DesiredRoute route, String type, String via, String dev) {
  /** Whether two routes of a state leave by the same gateways and links. */
  public static boolean sameWay(DesiredState state, DesiredRoute one, DesiredRoute other) {
    return ways(state, one).equals(ways(state, other));
  }

  private static List<String> ways(DesiredState state, DesiredRoute route) {
    return of(state).stream()
        .filter(r -> r.route().equals(route))
        .map(r -> r.type() + " " + r.via() + " " + r.dev())
        .toList();
  }

  /** All routes of a state, one entry per member of a group. */
  public static List<ResolvedRoute> of(DesiredState state) {
    Map<Long, DesiredNextHop> hops = new HashMap<>();
    state.nextHops().forEach(h -> hops.put(h.id(), h));
    Map<Long, DesiredNextHopGroup> groups = new HashMap<>();
    state.nextHopGroups().forEach(g -> groups.put(g.id(), g));
    var resolved = new ArrayList<ResolvedRoute>();
    for (var route : state.routes()) {
      switch (route.target()) {
        case RouteTarget.Throw() -> resolved.add(new ResolvedRoute(route, "throw", "", ""));
        case RouteTarget.Unreachable() ->
            resolved.add(new ResolvedRoute(route, "unreachable", "", ""));
        case RouteTarget.Device(String link) ->
            resolved.add(new ResolvedRoute(route, "unicast", "", link));
        case RouteTarget.Via(var gateway, String link) ->
            resolved.add(new ResolvedRoute(route, "unicast", gateway.toString(), link));
        case RouteTarget.Group(long id) -> {
          var group = groups.get(id);
          for (long member : group == null ? List.<Long>of() : group.members()) {
            var hop = hops.get(member);
            if (hop != null) {
              var via = hop.gateway().map(Object::toString).orElse("");
              resolved.add(new ResolvedRoute(route, "unicast", via, hop.link()));
            }
          }
        }
      }
    }
    return resolved;
  }
}
