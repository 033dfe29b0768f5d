package dev.weft.agent.kernel;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.Request;
import dev.weft.agent.rtnetlink.AddressMessages;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.agent.rtnetlink.NextHopMessages;
import dev.weft.agent.rtnetlink.RouteMessages;
import dev.weft.agent.rtnetlink.RuleMessages;
import dev.weft.mesh.kernel.LinkCounters;
import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.kernel.SeenNextHop;
import dev.weft.mesh.kernel.SeenRoute;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/** Reads what rtnetlink knows. */
final class RouteReader {
  private static final Prefix LINK_LOCAL = Prefix.parse("fe80::/10");

  private final NetlinkSocket route;

  RouteReader(NetlinkSocket route) {
    this.route = route;
  }

  /** All links by index, with addresses but without link-local IPv6. */
  List<SeenLink> links() throws IOException {
    var addresses = new HashMap<Integer, List<InterfaceAddress>>();
    route
        .<AddressMessages.SeenAddress>dump(
            "RTM_GETADDR",
            AddressMessages.dump(),
            (m, sink) -> AddressMessages.read(m).ifPresent(sink))
        .stream()
        .filter(a -> !LINK_LOCAL.contains(a.address().address()))
        .forEach(
            a -> addresses.computeIfAbsent(a.linkIndex(), i -> new ArrayList<>()).add(a.address()));
    List<SeenLink> links =
        route.dump(
            "RTM_GETLINK", LinkMessages.get(""), (m, sink) -> sink.accept(LinkMessages.read(m)));
    return links.stream()
        .map(l -> withAddresses(l, addresses.getOrDefault(l.index(), List.of())))
        .toList();
  }

  /** What links have carried, by name; one that isn't there is absent. */
  Map<String, LinkCounters> counters(Collection<String> links) throws IOException {
    var counters = new TreeMap<String, LinkCounters>();
    for (var name : links) {
      try {
        route
            .get("RTM_GETLINK " + name, LinkMessages.getCounters(name), LinkMessages::readCounters)
            .ifPresent(c -> counters.put(name, c));
      } catch (KernelRefusal e) {
        if (e.errno() != Errno.ENODEV) {
          throw e;
        }
      }
    }
    return counters;
  }

  private static SeenLink withAddresses(SeenLink l, List<InterfaceAddress> addresses) {
    return new SeenLink(
        l.index(),
        l.name(),
        l.kind(),
        l.mtu(),
        l.up(),
        addresses,
        l.forwarding(),
        l.rpFilter(),
        l.srcValidMark());
  }

  List<SeenNextHop> nextHops(Ownership own) throws IOException {
    List<SeenNextHop> all =
        route.dump(
            "RTM_GETNEXTHOP",
            NextHopMessages.dump(),
            (m, sink) -> sink.accept(NextHopMessages.read(m)));
    return all.stream()
        .filter(n -> own.ownsNextHop(n.id()) || n.protocol() == own.routeProtocol())
        .toList();
  }

  /** Routes in our tables, and those with our protocol in any. */
  List<SeenRoute> routes(Ownership own) throws IOException {
    var routes = new ArrayList<SeenRoute>();
    for (var family : Family.values()) {
      for (int table : own.tables()) {
        dumpRoutes(RouteMessages.dumpTable(family, table), t -> t == table, routes);
      }
      // Those in our tables are known by now: they aren't even read a second time.
      dumpRoutes(
          RouteMessages.dumpProtocol(family, own.routeProtocol()),
          t -> !own.tables().contains(t),
          routes);
    }
    routes.removeIf(r -> !own.ownsRoute(r.table(), r.protocol()));
    return routes;
  }

  private void dumpRoutes(Request request, IntPredicate isOfTable, List<SeenRoute> routes)
      throws IOException {
    try {
      routes.addAll(
          route.dump(
              "RTM_GETROUTE",
              request,
              (m, sink) -> {
                if (isOfTable.test(RouteMessages.table(m))) {
                  RouteMessages.read(m).ifPresent(sink);
                }
              }));
    } catch (KernelRefusal e) {
      if (e.errno() != Errno.ENOENT) { // the table is made by its first route
        throw e;
      }
    }
  }

  List<SeenRule> rules(Ownership own) throws IOException {
    var rules = new ArrayList<SeenRule>();
    for (var family : Family.values()) {
      dumpRules(family).stream()
          .filter(r -> own.ownsRule(r.priority(), r.protocol()))
          .forEach(rules::add);
    }
    return rules;
  }

  private List<SeenRule> dumpRules(Family family) throws IOException {
    try {
      return route.dump(
          "RTM_GETRULE",
          RuleMessages.dump(family),
          (m, sink) -> RuleMessages.read(m).ifPresent(sink));
    } catch (KernelRefusal e) {
      if (e.errno() == Errno.EAFNOSUPPORT) {
        return List.of(); // booted with ipv6.disable=1
      }
      throw e;
    }
  }
}
