package dev.weft.mesh.dataplane;

import dev.weft.api.v1alpha1.Overlay;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Policy rules of one node, offsets from the mesh's first priority:
 *
 * <pre>
 * +0   to the API server's addresses and ports: main
 * +5   from the own pods: table T+2 (co-located nodes, by a tunnel or encapsulated); not beside
 *      another CNI
 * +6   arriving by a tunnel: table T+2, where this node passes on for Peers, between two NATs, or to
 *      nodes that are reached encapsulated
 * +10  not from WireGuard itself (fwmark): table T
 * </pre>
 */
final class RulePlanner {
  private static final int MAIN = 254;

  private RulePlanner() {}

  static List<DesiredRule> plan(
      MeshView view,
      MeshNode self,
      NodeFacts facts,
      Underlay underlay,
      Reach reach,
      List<DesiredRoute> routes) {
    var routing = view.mesh().spec().routing();
    int first = routing.rulePriority();
    int table = routing.table();
    var rules = new ArrayList<DesiredRule>();
    for (var server : facts.apiServers()) {
      server
          .address()
          .filter(a -> needsRule(a, view, self, underlay, routes, table))
          .ifPresent(a -> rules.add(apiServer(first, a, server)));
    }
    boolean podTable = routes.stream().anyMatch(r -> r.table() == table + 2);
    boolean alone = view.mesh().spec().overlay() == Overlay.NONE;
    if (podTable) {
      for (var pods : alone ? self.podCIDRs() : List.<Prefix>of()) {
        rules.add(rule(pods.family(), first + 5, false, List.of(pods), "", 0, 0, table + 2));
      }
      boolean encapsulates =
          reach.serves()
              && routes.stream()
                  .anyMatch(r -> r.table() == table + 2 && r.target() instanceof RouteTarget.Via);
      if (reach.passesOn() || encapsulates) {
        var device = view.mesh().spec().device().name();
        routes.stream()
            .filter(r -> r.table() == table + 2)
            .map(r -> r.destination().family())
            .distinct()
            .forEach(f -> rules.add(rule(f, first + 6, false, List.of(), device, 0, 0, table + 2)));
      }
    }
    for (var family : families(view, routes)) {
      rules.add(
          rule(
              family,
              first + 10,
              true,
              List.of(),
              "",
              routing.firewallMark(),
              routing.firewallMask(),
              table));
    }
    return rules.stream()
        .distinct()
        .sorted(
            Comparator.comparing(DesiredRule::family)
                .thenComparingInt(DesiredRule::priority)
                .thenComparing(DesiredRule::toString))
        .toList();
  }

  /**
   * Whether a route of ours would take the path to the API server, although there is a direct one:
   * on-link, inside the location, or to a public address. A private address in another location is
   * reached by the mesh alone.
   */
  private static boolean needsRule(
      IpAddress address,
      MeshView view,
      MeshNode self,
      Underlay underlay,
      List<DesiredRoute> routes,
      int table) {
    boolean meshed =
        routes.stream()
            .filter(r -> r.table() == table && !(r.target() instanceof RouteTarget.Throw))
            .anyMatch(r -> r.destination().contains(address));
    boolean coLocated =
        view.nodes().stream()
            .filter(n -> n.location().equals(self.location()))
            .anyMatch(n -> n.internalIPs().contains(address));
    return meshed
        && (address.isGloballyRoutable() || underlay.onLink(address).isPresent() || coLocated);
  }

  static DesiredRule apiServer(int priority, IpAddress address, Endpoint server) {
    return new DesiredRule(
        address.family(),
        priority,
        false,
        List.of(),
        List.of(Prefix.host(address)),
        "",
        0,
        0,
        server.port(),
        MAIN,
        -1);
  }

  static DesiredRule rule(
      Family family,
      int priority,
      boolean not,
      List<Prefix> from,
      String iif,
      long mark,
      long mask,
      int table) {
    return new DesiredRule(family, priority, not, from, List.of(), iif, mark, mask, 0, table, -1);
  }

  private static Set<Family> families(MeshView view, List<DesiredRoute> routes) {
    var families = EnumSet.noneOf(Family.class);
    view.mesh().addresses().forEach(p -> families.add(p.family()));
    routes.forEach(r -> families.add(r.destination().family()));
    return families;
  }
}
