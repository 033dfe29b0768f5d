package dev.weft.mesh.walk;

import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.IpAddress;
import java.util.Comparator;
import java.util.Optional;

/** Policy rules and longest-prefix match of one node, as ip-rule(8) and ip-route(8) have them. */
final class RouteLookup {
  private static final int MAIN = 254;

  /**
   * Where a packet is sent.
   *
   * @param link outgoing link; empty: not known
   * @param gateway empty: the destination itself
   * @param source preferred source; empty: none
   * @param unreachable whether it is refused instead
   * @param rule that chose the table, as ip-rule(8) shows it in short
   * @param route that was taken, as ip-route(8) shows it in short
   */
  record Way(
      String link,
      Optional<IpAddress> gateway,
      Optional<IpAddress> source,
      boolean unreachable,
      String rule,
      String route) {
    Way by(DesiredRule by) {
      return new Way(
          link, gateway, source, unreachable, by.priority() + ": lookup " + by.table(), route);
    }
  }

  /** The incoming link of the host's own packets. */
  static final String OWN = "lo";

  private RouteLookup() {}

  /**
   * The way of a packet.
   *
   * @param iif incoming link; {@link #OWN}: the host's own packet
   * @param mark firewall mark; 0: none
   * @param destinationPort TCP; 0: none
   * @return empty where no rule finds a route
   */
  static Optional<Way> lookup(
      WalkNode node,
      String iif,
      long mark,
      IpAddress source,
      IpAddress destination,
      int destinationPort) {
    var rules =
        node.state().rules().stream()
            .filter(r -> r.family() == destination.family())
            .sorted(Comparator.comparingInt(DesiredRule::priority))
            .toList();
    for (var rule : rules) {
      if (matches(rule, iif, mark, source, destination, destinationPort)) {
        var way =
            rule.table() == MAIN
                ? main(node, destination, rule.suppressPrefixLength())
                : table(node, rule.table(), destination);
        if (way.isPresent()) {
          return way.map(w -> w.by(rule));
        }
      }
    }
    return main(node, destination, Optional.empty());
  }

  private static boolean matches(
      DesiredRule rule, String iif, long mark, IpAddress source, IpAddress destination, int port) {
    boolean marked = rule.mask() == 0 || (mark & rule.mask()) == rule.mark();
    boolean from = rule.from().map(p -> p.contains(source)).orElse(true);
    boolean to = rule.to().map(p -> p.contains(destination)).orElse(true);
    boolean service = rule.tcpDestinationPort() == 0 || rule.tcpDestinationPort() == port;
    boolean link = rule.iif().isEmpty() || rule.iif().equals(iif);
    return (marked && from && to && service && link) != rule.not();
  }

  private static Optional<Way> table(WalkNode node, int table, IpAddress destination) {
    return node.state().routes().stream()
        .filter(r -> r.table() == table && r.destination().contains(destination))
        .max(Comparator.comparingInt(r -> r.destination().length()))
        .flatMap(r -> way(node, r));
  }

  private static Optional<Way> way(WalkNode node, DesiredRoute route) {
    return switch (route.target()) {
      case RouteTarget.Throw() -> Optional.empty();
      case RouteTarget.Unreachable() ->
          Optional.of(
              new Way(
                  "",
                  Optional.empty(),
                  Optional.empty(),
                  true,
                  "",
                  "unreachable " + route.destination()));
      case RouteTarget.Device(String link) -> Optional.of(found(route, link, Optional.empty()));
      case RouteTarget.Via(var gateway, String link) ->
          Optional.of(found(route, link, Optional.of(gateway)));
      case RouteTarget.Group(long id) ->
          node.state().nextHopGroups().stream()
              .filter(g -> g.id() == id)
              .flatMap(g -> g.members().stream())
              .findFirst()
              .flatMap(member -> hop(node, member))
              .map(h -> found(route, h.link(), h.gateway()));
    };
  }

  private static Way found(DesiredRoute route, String link, Optional<IpAddress> gateway) {
    var via = gateway.map(g -> " via " + g).orElse("");
    return new Way(
        link, gateway, route.source(), false, "", route.destination() + via + " dev " + link);
  }

  private static Optional<DesiredNextHop> hop(WalkNode node, long id) {
    return node.state().nextHops().stream().filter(h -> h.id() == id).findFirst();
  }

  /** Table main knows the on-link prefixes and a default route by the first link. */
  private static Optional<Way> main(
      WalkNode node, IpAddress destination, Optional<Integer> suppressed) {
    return node.links().stream()
        .filter(l -> l.addresses().stream().anyMatch(a -> a.network().contains(destination)))
        .findFirst()
        .or(() -> node.links().stream().filter(l -> suppressed.isEmpty()).findFirst())
        .map(
            l ->
                new Way(
                    l.name(),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    "32766: lookup main",
                    "the network of " + l.name()));
  }
}
