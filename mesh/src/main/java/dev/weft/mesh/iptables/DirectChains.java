package dev.weft.mesh.iptables;

import static dev.weft.mesh.iptables.FilterChains.RETURN;
import static dev.weft.mesh.iptables.FilterChains.rule;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chains by which answers to what came beside the tunnels leave by the way it came (ADR 70). */
final class DirectChains {
  /** Sets the bit of answers on the connection of a caller in the set. */
  static final String CALLER = FilterChain.PREFIX + "CALLER";

  private static final String ANSWER = "-m conntrack --ctdir REPLY";

  private DirectChains() {}

  static List<FilterChain> of(
      DesiredFirewall wanted, Map<String, List<Prefix>> sets, Family family) {
    var direct = wanted.direct();
    var output = new ArrayList<FilterRule>();
    output.add(answers(direct));
    for (var service : direct.services(family)) {
      var to =
          "-d %s -p tcp -m tcp --dport %d"
              .formatted(Prefix.host(service.address().orElseThrow()), service.port());
      // For its answers: the reverse-path filter would miss the tunnel.
      output.add(rule(to, "-j CONNMARK --set-xmark " + bit(direct.answers())));
      output.add(rule(to, "-j MARK --set-xmark " + bit(direct.answers())));
    }
    var leaving = FilterChain.of("mangle", "WEFT-ANSWERS", "OUTPUT", output);
    if (!direct.tellsCallers()) {
      return List.of(
          FilterChain.of("mangle", "WEFT-DIRECT", "PREROUTING", List.of(answers(direct))), leaving);
    }
    // A set's elements all have one action, which can't name the bit: a second chain does.
    return List.of(
        FilterChain.of(
            "mangle",
            CALLER,
            "",
            List.of(rule("", "-j CONNMARK --set-xmark " + bit(direct.answers())))),
        FilterChains.set(sets, "direct" + FilterChains.digit(family), 0, List.of()),
        FilterChains.set(sets, "direct" + FilterChains.digit(family), 1, List.of()),
        FilterChain.of("mangle", "WEFT-DIRECT", "PREROUTING", arriving(wanted)),
        leaving,
        FilterChain.of("mangle", "WEFT-CALLS", "POSTROUTING", calling(wanted)));
  }

  /**
   * The host's own calls beside the tunnels, to the API server: their answers have the mark, too,
   * or a strict reverse-path filter would drop them.
   */
  private static List<FilterRule> calling(DesiredFirewall wanted) {
    var rules = new ArrayList<FilterRule>();
    wanted.meshLinks().forEach(link -> rules.add(rule("-o " + link, RETURN)));
    rules.add(rule("-o lo", RETURN));
    rules.add(rule("-m conntrack --ctstate NEW", "-j WEFT-CALLED"));
    return rules;
  }

  /** Before what translates destinations: what is addressed to a port of the host counts. */
  private static List<FilterRule> arriving(DesiredFirewall wanted) {
    var direct = wanted.direct();
    var rules = new ArrayList<FilterRule>();
    rules.add(answers(direct)); // of pods, and what others were asked in this host's name
    rules.add(rule(ANSWER, RETURN));
    wanted.meshLinks().forEach(link -> rules.add(rule("-i " + link, RETURN)));
    rules.add(rule("-i lo", RETURN));
    for (var neighbour : direct.neighbours()) {
      rules.add(rule("-m conntrack --ctstate NEW -m mac --mac-source " + neighbour, RETURN));
    }
    rules.add(rule("-m conntrack --ctstate NEW " + FilterChains.HERE, "-j WEFT-CALLERS"));
    rules.add(
        rule(
            "-m connmark --mark " + bit(direct.answers()),
            "-j MARK --set-xmark " + bit(direct.arrived())));
    return rules;
  }

  private static FilterRule answers(DirectArrivals direct) {
    return rule(
        ANSWER + " -m connmark --mark " + bit(direct.answers()),
        "-j MARK --set-xmark " + bit(direct.answers()));
  }

  private static String bit(long bit) {
    return "0x%x/0x%x".formatted(bit, bit);
  }
}
