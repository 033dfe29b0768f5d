package dev.weft.mesh.iptables;

import static dev.weft.mesh.iptables.FilterChains.RETURN;
import static dev.weft.mesh.iptables.FilterChains.rule;

import dev.weft.mesh.desired.ExitGuard;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chains that hold back what may not pass this host (ADR 73). */
final class HostChains {
  private HostChains() {}

  static List<FilterChain> of(HostGuard host, Map<String, List<Prefix>> sets, Family family) {
    var digit = FilterChains.digit(family);
    var chains = new ArrayList<FilterChain>();
    if (host.guardsPods()) {
      var others = new ArrayList<FilterRule>();
      if (family == Family.IPV6) {
        // What a pod's kernel sends before and beside its own address.
        others.add(rule("-s fe80::/10", RETURN));
        others.add(rule("-s ::/128", RETURN));
      }
      others.add(rule("", "-j DROP"));
      chains.add(FilterChains.set(sets, "pods" + digit, 0, others));
      chains.add(
          FilterChain.of(
              "raw", "WEFT-GUARD", "PREROUTING", by("-i", host.podLinks(), "WEFT-PODS")));
    }
    if (host.closes()) {
      chains.add(FilterChains.set(sets, "closed" + digit, 0, List.of()));
      chains.add(
          FilterChain.of(
              "mangle", "WEFT-LEAVING", "POSTROUTING", by("-o", host.outside(), "WEFT-CLOSED")));
    }
    return chains;
  }

  /** What others may not reach by way of this host (ADR 95). */
  static List<FilterChain> of(ExitGuard exit, Map<String, List<Prefix>> sets, Family family) {
    if (!exit.isActive()) {
      return List.of();
    }
    var digit = FilterChains.digit(family);
    return List.of(
        FilterChains.set(sets, "open" + digit, 0, List.of(rule("", "-j DROP"))),
        FilterChains.set(sets, "refused" + digit, 0, List.of()),
        FilterChain.of(
            "raw", "WEFT-OUTSIDE", "PREROUTING", by("-i", exit.links(), "WEFT-REFUSED")));
  }

  private static List<FilterRule> by(String direction, List<String> links, String chain) {
    return links.stream().map(l -> rule(direction + " " + l, "-j " + chain)).toList();
  }
}
