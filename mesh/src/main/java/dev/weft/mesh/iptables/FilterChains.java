package dev.weft.mesh.iptables;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The chains of one family that a desired packet filter means.
 *
 * <pre>
 *  raw     PREROUTING  → WEFT-GUARD → WEFT-PODS: own pods send from their own addresses alone
 *  raw     PREROUTING  → WEFT-OUTSIDE → WEFT-REFUSED ⇒ WEFT-OPEN: what others may not reach by way of this exit
 *  raw     PREROUTING  → WEFT-PREROUTING → WEFT-OWN ⇒ WEFT-TRACKED ⇒ WEFT-FROM ⇒ WEFT-TO: no tracking of transit
 *  mangle  PREROUTING  → WEFT-PREROUTING: mark of inbound WireGuard
 *  mangle  PREROUTING  → WEFT-DIRECT → WEFT-CALLERS ⇒ WEFT-CALLER: what comes beside the tunnels, and its answers
 *  mangle  OUTPUT      → WEFT-ANSWERS: the host's answers to it
 *  mangle  POSTROUTING → WEFT-CALLS → WEFT-CALLED ⇒ WEFT-CALLER: its own calls beside the tunnels
 *  mangle  PREROUTING  → WEFT-EXIT: mark of answers to what left the cluster here
 *  mangle  INPUT       → WEFT-INPUT → WEFT-ENCAP: encapsulated packets from the location's nodes alone
 *  mangle  FORWARD     → WEFT-FORWARD → WEFT-BEGUN: that mark taken off; what began by an exit goes on
 *                        by no other way; TCP segments clamped to the tunnel
 *  mangle  POSTROUTING → WEFT-LEAVING → WEFT-CLOSED: Services and own pods are not outside
 *  nat     POSTROUTING → WEFT-POSTROUTING → WEFT-NAT0 ⇒ WEFT-NAT0-EXCEPT ⇒ WEFT-NAT0-TO: masquerade
 * </pre>
 *
 * {@code ⇒} is a goto, after which RETURN leaves to where the last jump was made.
 */
public final class FilterChains {
  static final String RETURN = "-j RETURN";

  /** Addressed to this host. */
  static final String HERE = "-m addrtype --dst-type LOCAL";

  private FilterChains() {}

  /** In the order in which they may be written: what is jumped to exists by then. */
  public static List<FilterChain> of(DesiredFirewall wanted, Family family) {
    var sets = FirewallSets.of(wanted);
    var chains = new ArrayList<FilterChain>();
    chains.addAll(HostChains.of(wanted.host(), sets, family));
    chains.addAll(HostChains.of(wanted.exit(), sets, family));
    chains.addAll(transit(sets, family));
    chains.add(FilterChain.of("mangle", "WEFT-PREROUTING", "PREROUTING", mark(wanted)));
    if (wanted.egress().exit()) {
      chains.add(FilterChain.of("mangle", "WEFT-EXIT", "PREROUTING", exit(wanted)));
    }
    if (wanted.direct().isActive()) {
      chains.addAll(DirectChains.of(wanted, sets, family));
    }
    if (wanted.guard().isActive()) {
      chains.add(FilterChain.of("mangle", "WEFT-INPUT", "INPUT", guarded(wanted.guard(), family)));
      chains.add(set(sets, "encap" + digit(family), 0, List.of(rule("", "-j DROP"))));
    }
    if (!wanted.egress().podLinks().isEmpty() || wanted.egress().exit()) {
      chains.add(FilterChain.of("mangle", "WEFT-BEGUN", "", begun(wanted)));
    }
    chains.add(FilterChain.of("mangle", "WEFT-FORWARD", "FORWARD", forward(wanted)));
    chains.addAll(masquerade(wanted, sets, family));
    return chains;
  }

  /**
   * What lets the mesh pass a FORWARD or INPUT chain whose policy drops; the caller knows which do.
   * To the host itself only Weft's own ports: all others are as open as its owner made them.
   *
   * @param hook FORWARD or INPUT
   */
  public static FilterChain accepting(DesiredFirewall wanted, Family family, String hook) {
    var rules = new ArrayList<FilterRule>();
    boolean input = hook.equals("INPUT");
    if (!input) {
      for (var link : wanted.meshLinks()) {
        rules.add(rule("-i " + link, "-j ACCEPT"));
        rules.add(rule("-o " + link, "-j ACCEPT"));
      }
    } else {
      wanted.listenPorts().forEach(port -> rules.add(rule(udp(port), "-j ACCEPT")));
      // The mangle table filters by source.
      wanted.guard().udpPorts().forEach(port -> rules.add(rule(udp(port), "-j ACCEPT")));
      if (wanted.guard().ipip() && family == Family.IPV4) {
        rules.add(rule("-p 4", "-j ACCEPT"));
      }
      wanted
          .wireGuardLinks()
          .forEach(
              link ->
                  rules.add(
                      rule("-i " + link + " " + udp(DesiredFirewall.PROBE_PORT), "-j ACCEPT")));
    }
    return FilterChain.of("filter", FilterChain.PREFIX + hook, hook, rules);
  }

  /** Only one direction of a transit flow may pass here: conntrack would call it invalid. */
  private static List<FilterChain> transit(Map<String, List<Prefix>> sets, Family family) {
    var digit = digit(family);
    return List.of(
        FilterChain.of("raw", "WEFT-PREROUTING", "PREROUTING", List.of(rule("", "-g WEFT-OWN"))),
        set(sets, "own" + digit, 0, List.of(rule("", "-g WEFT-TRACKED"))),
        set(sets, "tracked" + digit, 0, List.of(rule("", "-g WEFT-FROM"))),
        set(sets, "mesh" + digit, 0, List.of()),
        set(sets, "mesh" + digit, 1, List.of()));
  }

  private static List<FilterRule> mark(DesiredFirewall wanted) {
    if (wanted.mask() == 0) {
      return List.of();
    }
    var rules = new ArrayList<FilterRule>();
    wanted.wireGuardLinks().forEach(link -> rules.add(rule("-i " + link, RETURN)));
    for (var port : wanted.listenPorts()) {
      // A pod's packet to that port of another would pass by the mesh's routes.
      rules.add(
          rule(
              udp(port) + " " + HERE,
              "-j MARK --set-xmark 0x%x/0x%x".formatted(wanted.mark(), wanted.mask())));
    }
    return rules;
  }

  /** Connections that left here are known by their mark, and their answers get it. */
  private static List<FilterRule> exit(DesiredFirewall wanted) {
    var mark = "0x%x/0x%x".formatted(wanted.mark(), wanted.mask());
    var rules = new ArrayList<FilterRule>();
    var links = wanted.egress().links();
    links.forEach(l -> rules.add(rule("-i " + l, "-j CONNMARK --set-xmark " + mark)));
    links.forEach(l -> rules.add(rule("-i " + l, RETURN)));
    rules.add(rule("-m connmark --mark " + mark, "-j MARK --set-xmark " + mark));
    return rules;
  }

  private static List<FilterRule> guarded(EncapsulationGuard guard, Family family) {
    var rules = new ArrayList<FilterRule>();
    guard.udpPorts().forEach(port -> rules.add(rule(udp(port), "-j WEFT-ENCAP")));
    if (guard.ipip() && family == Family.IPV4) {
      rules.add(rule("-p 4", "-j WEFT-ENCAP"));
    }
    return rules;
  }

  private static List<FilterRule> forward(DesiredFirewall wanted) {
    var egress = wanted.egress();
    var mark = "0x%x/0x%x".formatted(wanted.mark(), wanted.mask());
    var rules = new ArrayList<FilterRule>();
    for (var link : egress.links()) {
      if (egress.exit()) {
        // The packet around an answer takes over the mark, and would pass by the mesh's routes.
        rules.add(rule("-o " + link, "-j MARK --set-xmark 0x0/0x%x".formatted(wanted.mask())));
      }
      rules.add(rule("-o " + link, "-j CONNMARK --set-xmark " + mark));
    }
    for (var link : egress.podLinks()) {
      rules.add(rule("-i " + link + " -m connmark --mark " + mark, "-j WEFT-BEGUN"));
      // What belongs to no connection is not translated.
      rules.add(rule("-i " + link + " -m conntrack --ctstate INVALID", "-j WEFT-BEGUN"));
    }
    if (egress.exit()) {
      // Nor is the end of a connection that was open when a rule began to lead it here.
      egress
          .links()
          .forEach(l -> rules.add(rule("-i " + l + " -m conntrack --ctstate INVALID", "-j DROP")));
      rules.add(rule("-m connmark --mark " + mark, "-j WEFT-BEGUN"));
    }
    rules.addAll(clamp(wanted));
    return rules;
  }

  /** What began by an exit goes on by no other way. */
  private static List<FilterRule> begun(DesiredFirewall wanted) {
    var rules = new ArrayList<FilterRule>();
    wanted.egress().links().forEach(link -> rules.add(rule("-i " + link, RETURN)));
    wanted.meshLinks().forEach(link -> rules.add(rule("-o " + link, RETURN)));
    rules.add(rule("", "-j DROP"));
    return rules;
  }

  /**
   * TCPMSS takes the smaller MTU of both directions, so the second rule helps senders behind us.
   */
  private static List<FilterRule> clamp(DesiredFirewall wanted) {
    var rules = new ArrayList<FilterRule>();
    for (var direction : List.of("-o", "-i")) {
      for (var link : wanted.wireGuardLinks()) {
        rules.add(
            rule(
                direction + " " + link + " -p tcp -m tcp --tcp-flags SYN,RST SYN",
                "-j TCPMSS --clamp-mss-to-pmtu"));
      }
    }
    return rules;
  }

  private static List<FilterChain> masquerade(
      DesiredFirewall wanted, Map<String, List<Prefix>> sets, Family family) {
    var first = new ArrayList<FilterRule>();
    var chains = new ArrayList<FilterChain>();
    wanted.meshLinks().forEach(link -> first.add(rule("-o " + link, RETURN)));
    for (int i = 0; i < wanted.masquerade().size(); i++) {
      var rule = wanted.masquerade().get(i);
      if (rule.family() != family) {
        continue;
      }
      var chain = FilterChain.PREFIX + "NAT" + i;
      var name = "nat" + i + "_";
      first.add(rule("", "-j " + chain));
      boolean any = rule.destination().isEmpty();
      chains.add(set(sets, name + "source", 0, List.of()));
      chains.add(
          set(
              sets,
              name + "except",
              0,
              List.of(rule("", any ? "-j MASQUERADE" : "-g " + chain + "-TO"))));
      if (!any) {
        chains.add(set(sets, name + "destination", 0, List.of()));
      }
    }
    chains.addFirst(FilterChain.of("nat", "WEFT-POSTROUTING", "POSTROUTING", first));
    return chains;
  }

  static FilterChain set(
      Map<String, List<Prefix>> sets, String name, int which, List<FilterRule> rules) {
    var chain = SetChain.of(name).get(which);
    var elements =
        sets.getOrDefault(name, List.of()).stream().flatMap(p -> chain.rules(p).stream()).toList();
    return new FilterChain(chain.table(), chain.chain(), "", elements, rules);
  }

  static FilterRule rule(String matches, String action) {
    return new FilterRule(matches, action);
  }

  private static String udp(int port) {
    return "-p udp -m udp --dport " + port;
  }

  static String digit(Family family) {
    return family == Family.IPV4 ? "4" : "6";
  }
}
