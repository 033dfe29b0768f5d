package dev.weft.mesh.diagnose;

import dev.weft.mesh.cluster.PlannedNode;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.diagnose.FirewallFacts.ForeignRule;
import dev.weft.mesh.diagnose.HostChecks.Report;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The packet filter of the node that the command runs on: who drops what the mesh needs. */
final class FilterChecks {
  private static final Pattern DROPS = Pattern.compile("(?:^|.* )(?:drop|reject)(?: .*)?$");

  /** What stands in a rule and decides nothing. */
  private static final Pattern DECORATION =
      Pattern.compile(
          "counter packets [0-9]+ bytes [0-9]+|counter|comment \"[^\"]*\"|log( prefix \"[^\"]*\")?");

  private static final Pattern PORT = Pattern.compile("\\b([ds])port (\\{[^}]*}|\\S+)");
  private static final Pattern PREFIX = Pattern.compile("ip6? [sd]addr ([0-9a-f.:]+(?:/[0-9]+)?)");
  private static final Pattern LINK = Pattern.compile("[io]if(?:name)? \"([^\"]+)\"");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** As nft(8) prints: a mark set as a whole, or bits of it added. */
  private static final Pattern SETS_MARK =
      Pattern.compile(".*meta mark set (?:(?:meta )?mark .*(?:or|xor|\\||\\^) )?(0x[0-9a-f]+).*");

  private FilterChecks() {}

  static void check(HostFacts host, MeshView view, PlannedNode plan, Report report) {
    var firewall = host.firewall();
    if (!firewall.ours()) {
      report.add(
          "FilterMissing",
          "Weft's packet filter is not there: no masquerade, no mark on what WireGuard receives",
          "is the agent running? curl -s http://127.0.0.1:9586/readyz");
    }
    for (var chain : firewall.forwardPolicies()) {
      report.add(
          "ForwardDrop",
          "chain %s drops what it doesn't know, and Weft's jump is not in it".formatted(chain),
          "is the agent running? Until it is: iptables -P FORWARD ACCEPT");
    }
    for (var rule : firewall.rules()) {
      var port =
          plan.state().devices().stream()
              .map(DesiredDevice::listenPort)
              .filter(p -> dropsPort(rule, p))
              .findFirst();
      if (port.isPresent()) {
        report.add(
            "ListenPortBlocked",
            "'%s' in chain %s drops WireGuard's packets".formatted(rule.text(), rule.chain()),
            "nft -a list chain %s, then delete that rule by its handle; or accept udp port %d before it"
                .formatted(rule.chain(), port.get()));
      } else if (rule.hook().equals("forward") && dropsMesh(rule, view, plan)) {
        report.add(
            "ForwardDrop",
            "'%s' in chain %s drops what the mesh forwards".formatted(rule.text(), rule.chain()),
            "nft -a list chain %s, then delete that rule by its handle".formatted(rule.chain()));
      }
      mark(rule, view.mesh().spec().routing().firewallMark(), report);
    }
  }

  private static boolean dropsPort(ForeignRule rule, int port) {
    if (!Set.of("ingress", "prerouting", "input", "output", "postrouting").contains(rule.hook())
        || !DROPS.matcher(rule.text()).matches()
        || !rule.text().contains("udp")
        || rule.text().contains("!=")) {
      return false;
    }
    return PORT.matcher(rule.text())
        .results()
        .anyMatch(
            m ->
                NUMBER.matcher(m.group(2)).results().anyMatch(n -> n.group().equals("" + port))
                    || isRangeWith(m, port));
  }

  private static boolean isRangeWith(MatchResult match, int port) {
    var ends = match.group(2).split("-", -1);
    return ends.length == 2
        && Stream.of(ends).allMatch(e -> NUMBER.matcher(e).matches())
        && Integer.parseInt(ends[0]) <= port
        && port <= Integer.parseInt(ends[1]);
  }

  /** Whatever comes by, or names one of the mesh's links or ranges, and nothing besides. */
  private static boolean dropsMesh(ForeignRule rule, MeshView view, PlannedNode plan) {
    if (!DROPS.matcher(rule.text()).matches() || rule.text().contains("!=")) {
      return false;
    }
    var rest = DECORATION.matcher(rule.text()).replaceAll("").strip();
    var links =
        Stream.concat(
                plan.state().devices().stream().map(DesiredDevice::name), Stream.of("weftbr0"))
            .collect(Collectors.toSet());
    boolean link = LINK.matcher(rest).results().anyMatch(m -> links.contains(m.group(1)));
    boolean range =
        PREFIX.matcher(rest).results().anyMatch(m -> overlaps(m.group(1), ranges(view)));
    boolean narrowed =
        rest.contains("dport") || rest.contains("sport") || rest.contains("ct state");
    boolean everything = rest.equals("drop") || rest.startsWith("reject");
    return !narrowed && (everything || link || range);
  }

  private static List<Prefix> ranges(MeshView view) {
    return Stream.concat(view.mesh().addresses().stream(), view.mesh().podCIDRs().stream())
        .toList();
  }

  private static boolean overlaps(String text, List<Prefix> ranges) {
    try {
      var prefix = Prefix.parse(text);
      return ranges.stream().anyMatch(prefix::overlaps);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void mark(ForeignRule rule, long ours, Report report) {
    var mark = SETS_MARK.matcher(rule.text());
    if (mark.matches() && (Long.decode(mark.group(1)) & ours) != 0) {
      report.add(
          "ForeignMark",
          "'%s' in chain %s sets bits of Weft's firewall mark 0x%x: packets that have it pass the mesh by"
              .formatted(rule.text(), rule.chain(), ours),
          "kubectl edit wgm: spec.routing.firewallMark to a bit that is not in use (docs/coexistence.md)");
    }
  }
}
