package dev.weft.cli.connect;

import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientPeer;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;

/**
 * What a connected host has.
 *
 * <p>The mesh's prefixes are looked up before main, except by WireGuard's own marked packets: so a
 * gateway may be called at an address that is itself meshed. What the host reaches by a narrower
 * route of its own stays there (a {@code throw}), and so does the API server, by which gateways are
 * followed: it was reached before there was a tunnel. A default route is used only where main has
 * none but its default, as wg-quick(8) does it.
 *
 * @param addresses of the device
 * @param mtu bytes; 0: the device's own
 * @param dns servers; empty: the host keeps its own
 * @param peers gateways
 * @param routes of both tables
 * @param rules in order
 * @param marksReplies whether a gateway is called at an address that is routed into the tunnel, so
 *     that a strict {@code rp_filter} would drop its packets
 */
record HostPlan(
    List<Prefix> addresses,
    int mtu,
    List<IpAddress> dns,
    List<ClientPeer> peers,
    List<HostRoute> routes,
    List<HostRule> rules,
    boolean marksReplies) {
  static final HostPlan NOTHING =
      new HostPlan(List.of(), 0, List.of(), List.of(), List.of(), List.of(), false);

  HostPlan {
    addresses = List.copyOf(addresses);
    dns = List.copyOf(dns);
    peers = List.copyOf(peers);
    routes = List.copyOf(routes);
    rules = List.copyOf(rules);
  }

  /**
   * Plans.
   *
   * @param config with endpoints that are addresses
   * @param apiServers addresses and ports of the API server; numeric hosts only
   * @param known destinations of the host's own routes, without its default ones
   * @param families that the host has
   */
  static HostPlan of(
      ClientConfig config,
      Numbers numbers,
      List<Endpoint> apiServers,
      List<Prefix> known,
      List<Family> families) {
    var peers = config.peers().stream().map(p -> only(p, families)).toList();
    var meshed = Aggregation.of(peers.stream().flatMap(p -> p.allowedIPs().stream()).toList());
    // Aggregated, a default route would hide the others, which are looked up earlier.
    var narrow =
        Aggregation.of(
            peers.stream()
                .flatMap(p -> p.allowedIPs().stream())
                .filter(p -> p.length() > 0)
                .toList());
    var routes = new ArrayList<HostRoute>();
    narrow.forEach(p -> routes.add(new HostRoute(p, numbers.table(), false)));
    known.stream()
        .filter(k -> k.length() > 0)
        .filter(k -> narrow.stream().anyMatch(m -> m.contains(k) && m.length() < k.length()))
        .distinct()
        .sorted()
        .forEach(k -> routes.add(new HostRoute(k, numbers.table(), true)));
    meshed.stream()
        .filter(p -> p.length() == 0)
        .forEach(p -> routes.add(new HostRoute(p, numbers.table() + 1, false)));
    var rules = new ArrayList<HostRule>();
    apiServers.stream()
        .filter(
            a -> a.address().filter(i -> meshed.stream().anyMatch(m -> m.contains(i))).isPresent())
        .map(a -> direct(a, numbers))
        .filter(r -> families.contains(r.family()))
        .distinct()
        .forEach(rules::add);
    families.forEach(f -> rules.addAll(rules(f, routes, numbers)));
    boolean marks =
        peers.stream()
            .flatMap(p -> p.endpoint().stream())
            .flatMap(e -> e.address().stream())
            .anyMatch(a -> meshed.stream().anyMatch(m -> m.contains(a)));
    return new HostPlan(
        config.addresses().stream().filter(a -> families.contains(a.family())).toList(),
        config.mtu(),
        config.dns(),
        peers,
        routes,
        rules,
        marks);
  }

  private static HostRule direct(Endpoint server, Numbers numbers) {
    var address = server.address().orElseThrow();
    return rule(
        address.family(),
        numbers.priority(),
        "to %s ipproto tcp dport %d lookup main".formatted(address, server.port()));
  }

  private static ClientPeer only(ClientPeer peer, List<Family> families) {
    return new ClientPeer(
        peer.gateway(),
        peer.location(),
        peer.publicKey(),
        peer.endpoint(),
        peer.allowedIPs().stream().filter(p -> families.contains(p.family())).toList(),
        peer.persistentKeepaliveSeconds());
  }

  private static List<HostRule> rules(Family family, List<HostRoute> routes, Numbers numbers) {
    var of = routes.stream().filter(r -> r.destination().family() == family).toList();
    var rules = new ArrayList<HostRule>();
    int priority = numbers.priority();
    var notOurs = "not from all fwmark 0x%1$x/0x%1$x".formatted(Numbers.MARK);
    if (of.stream().anyMatch(r -> r.table() == numbers.table())) {
      rules.add(rule(family, priority + 1, "%s lookup %d".formatted(notOurs, numbers.table())));
    }
    if (of.stream().anyMatch(r -> r.table() == numbers.table() + 1)) {
      rules.add(rule(family, priority + 2, "lookup main suppress_prefixlength 0"));
      rules.add(rule(family, priority + 3, "%s lookup %d".formatted(notOurs, numbers.table() + 1)));
    }
    return rules;
  }

  private static HostRule rule(Family family, int priority, String words) {
    return new HostRule(family, "priority %d %s".formatted(priority, words));
  }
}
