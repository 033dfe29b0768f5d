package dev.weft.mesh.dataplane;

import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Policy rules of one node, offsets from the mesh's first priority:
 *
 * <pre>
 * +0   the node's own packets from its mesh address, where there is a +1: table T
 * +1   the node's own packets to the API server's addresses and ports: main
 * +3   what came beside the tunnels, for the reverse-path filter, by its mark: main
 * +4   answers to what came beside the tunnels, by their mark: main
 * +5   from the own pods: table T+2 (co-located nodes, by a tunnel or encapsulated); not beside
 *      another CNI
 * +6   arriving by a tunnel: table T+2, where this node passes on for Peers, between two NATs, or to
 *      nodes that are reached encapsulated
 * +10  not from WireGuard itself (fwmark): table T
 * </pre>
 */
final class RulePlanner {
  private static final int FROM_MESH = 0;
  private static final int TO_API_SERVER = 1;
  private static final int MAIN = 254;

  /** The incoming link of the host's own packets. */
  private static final String OWN = "lo";

  private RulePlanner() {}

  static List<DesiredRule> plan(
      MeshView view,
      MeshNode self,
      List<String> devices,
      NodeFacts facts,
      Underlay underlay,
      Reach reach,
      RoutePlanner.Routes planned,
      DirectArrivals direct) {
    var routes = planned.routes();
    var routing = view.mesh().spec().routing();
    int first = routing.rulePriority();
    int table = routing.table();
    var rules = new ArrayList<DesiredRule>();
    for (var server : facts.apiServers()) {
      server
          .address()
          .filter(a -> needsRule(a, view, self, facts, underlay))
          .ifPresent(a -> addToApiServer(first, a, server, self, devices, table, rules));
    }
    addDirect(view, underlay, planned, direct, rules);
    boolean podTable = routes.stream().anyMatch(r -> r.table() == table + 2);
    boolean alone = !view.mesh().spec().besideOtherCni();
    if (podTable) {
      for (var pods : alone ? self.podCIDRs() : List.<Prefix>of()) {
        rules.add(rule(pods.family(), first + 5, false, Optional.of(pods), "", 0, 0, table + 2));
      }
      boolean encapsulates =
          reach.serves()
              && routes.stream()
                  .anyMatch(r -> r.table() == table + 2 && r.target() instanceof RouteTarget.Via);
      if (reach.passesOn() || encapsulates) {
        routes.stream()
            .filter(r -> r.table() == table + 2)
            .map(r -> r.destination().family())
            .distinct()
            .flatMap(
                f ->
                    devices.stream()
                        .map(d -> rule(f, first + 6, false, Optional.empty(), d, 0, 0, table + 2)))
            .forEach(rules::add);
      }
    }
    for (var family : families(view, routes)) {
      rules.add(
          rule(
              family,
              first + 10,
              true,
              Optional.empty(),
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
   * Whether the node's own packets to an address of the API server go beside the mesh, whatever
   * routes there are now: a view that covers the address could never be taken back. Only a private
   * address of another location may be reached by the mesh alone, which the agent finds out.
   */
  static boolean needsRule(
      IpAddress address, MeshView view, MeshNode self, NodeFacts facts, Underlay underlay) {
    if (view.mesh().serviceCIDRs().stream().anyMatch(p -> p.contains(address))) {
      return false; // kube-proxy leads it to another, and no route of ours covers it
    }
    boolean elsewhere =
        view.nodes().stream()
            .filter(n -> !n.location().equals(self.location()))
            .anyMatch(
                n ->
                    n.internalIPs().contains(address)
                        || n.locationCIDRs().stream().anyMatch(p -> p.contains(address)));
    boolean near =
        underlay.onLink(address).isPresent()
            || view.nodes().stream()
                .filter(n -> n.location().equals(self.location()))
                .anyMatch(n -> n.internalIPs().contains(address));
    return near || address.isGloballyRoutable() || !elsewhere || facts.directApiServer();
  }

  private static void addDirect(
      MeshView view,
      Underlay underlay,
      RoutePlanner.Routes planned,
      DirectArrivals direct,
      List<DesiredRule> rules) {
    int first = view.mesh().spec().routing().rulePriority();
    for (var family : Family.values()) {
      boolean callers = direct.sources().stream().anyMatch(p -> p.family() == family);
      if (!callers && direct.services(family).isEmpty()) {
        continue;
      }
      if (callers && family == Family.IPV4) {
        for (var iif : filtered(view, underlay, planned, direct)) {
          rules.add(marked(family, first + 3, iif, direct.arrived()));
        }
      }
      rules.add(marked(family, first + 4, "", direct.answers()));
    }
  }

  private static DesiredRule marked(Family family, int priority, String iif, long bit) {
    return rule(family, priority, false, Optional.empty(), iif, bit, bit, MAIN);
  }

  /**
   * Incoming links for which the reverse-path filter, which only IPv4 has, would miss the link that
   * a packet came by. It looks up the way back of what the host takes in as the host's own (lo),
   * and of what is passed on as coming by the link that it leaves by.
   */
  private static List<String> filtered(
      MeshView view, Underlay underlay, RoutePlanner.Routes planned, DirectArrivals direct) {
    int table = view.mesh().spec().routing().table();
    boolean host = leadsElsewhere(table, underlay, planned, direct);
    boolean pods =
        view.mesh().spec().attachesPods()
            && (host || leadsElsewhere(table + 2, underlay, planned, direct));
    var links = new ArrayList<String>();
    if (host) {
      links.add(OWN);
    }
    if (pods) {
      links.add(FirewallPlanner.POD_BRIDGE);
    }
    return links;
  }

  private static boolean leadsElsewhere(
      int table, Underlay underlay, RoutePlanner.Routes planned, DirectArrivals direct) {
    var names = underlay.links().stream().map(LinkFacts::name).toList();
    return planned.routes().stream()
        .filter(r -> r.table() == table && r.destination().family() == Family.IPV4)
        .filter(r -> direct.sources().stream().anyMatch(p -> p.contains(r.destination())))
        .anyMatch(r -> names.size() > 1 || !names.contains(planned.link(r)));
  }

  /**
   * The node's own packets alone: a pod's would leave in plain text. Those of a connection that was
   * made through the mesh have the mesh address as their source, and would, too.
   */
  private static void addToApiServer(
      int first,
      IpAddress address,
      Endpoint server,
      MeshNode self,
      List<String> devices,
      int table,
      List<DesiredRule> rules) {
    if (!devices.isEmpty()) {
      self.addresses().stream()
          .filter(a -> a.family() == address.family())
          .map(a -> Optional.of(Prefix.host(a)))
          .map(from -> rule(address.family(), first + FROM_MESH, false, from, OWN, 0, 0, table))
          .forEach(rules::add);
    }
    rules.add(apiServer(first + TO_API_SERVER, OWN, address, server));
  }

  static DesiredRule apiServer(int priority, String iif, IpAddress address, Endpoint server) {
    return new DesiredRule(
        address.family(),
        priority,
        false,
        Optional.empty(),
        Optional.of(Prefix.host(address)),
        iif,
        0,
        0,
        server.port(),
        MAIN,
        Optional.empty());
  }

  static DesiredRule rule(
      Family family,
      int priority,
      boolean not,
      Optional<Prefix> from,
      String iif,
      long mark,
      long mask,
      int table) {
    return new DesiredRule(
        family, priority, not, from, Optional.empty(), iif, mark, mask, 0, table, Optional.empty());
  }

  private static Set<Family> families(MeshView view, List<DesiredRoute> routes) {
    var families = EnumSet.noneOf(Family.class);
    view.mesh().addresses().forEach(p -> families.add(p.family()));
    routes.forEach(r -> families.add(r.destination().family()));
    return families;
  }
}
