package dev.weft.cli.explain;

import dev.weft.cli.host.HostTools;
import dev.weft.mesh.diagnose.DataplaneFacts;
import dev.weft.mesh.diagnose.FirewallFacts;
import dev.weft.mesh.diagnose.HostQuestions;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What of the mesh is in this machine's kernel, asked with its own tools; changes nothing. */
final class DataplaneInspection {
  private static final Set<String> ROUTE_TYPES =
      Set.of("throw", "unreachable", "blackhole", "prohibit", "local", "multicast");

  private DataplaneInspection() {}

  /**
   * The packet filter: what nf_tables has, and whether the older iptables has Weft's chains. Where
   * neither can be asked, nothing is said to be missing.
   */
  static FirewallFacts firewall() {
    var ruleset = HostTools.output("nft", "list", "ruleset");
    var facts = Ruleset.read(ruleset.orElse(""));
    boolean ours =
        facts.ours()
            || ruleset.isEmpty()
            || Stream.of("iptables-legacy-save", "ip6tables-legacy-save")
                .anyMatch(t -> HostTools.output(t).orElse("").contains("WEFT-"));
    return new FirewallFacts(ours, facts.forwardPolicies(), facts.rules());
  }

  /** Destinations of the tables' routes, as ip-route(8) lists them. */
  static Map<Integer, Set<Prefix>> routes(List<Integer> tables) {
    var routes = new HashMap<Integer, Set<Prefix>>();
    for (int table : tables) {
      for (var family : List.of("-4", "-6")) {
        // A table that never had a route is an error to ip(8), which prints nothing then.
        var text =
            HostTools.has("ip")
                ? HostTools.output("ip", family, "route", "show", "table", String.valueOf(table))
                    .orElse("")
                : null;
        if (text != null) {
          var known = routes.computeIfAbsent(table, t -> new HashSet<>());
          text.lines()
              .filter(l -> !l.isBlank() && !Character.isWhitespace(l.charAt(0)))
              .flatMap(l -> destination(l, family.equals("-6")).stream())
              .forEach(known::add);
        }
      }
    }
    return routes;
  }

  private static List<Prefix> destination(String line, boolean ipv6) {
    var words = line.strip().split("\\s+", -1);
    var word = ROUTE_TYPES.contains(words[0]) && words.length > 1 ? words[1] : words[0];
    var all = ipv6 ? "::/0" : "0.0.0.0/0";
    var text = word.equals("default") ? all : word;
    try {
      return List.of(Prefix.parse(text.contains("/") ? text : text + (ipv6 ? "/128" : "/32")));
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /**
   * Endpoints by device and public key, without the devices whose peers can't be read. This prints
   * no secret, as {@code wg show dump} would.
   */
  static Map<String, Map<String, String>> peers(List<String> devices) {
    var peers = new HashMap<String, Map<String, String>>();
    for (var device : devices) {
      HostTools.output("wg", "show", device, "endpoints")
          .ifPresent(text -> peers.put(device, endpoints(text)));
    }
    return peers;
  }

  private static Map<String, String> endpoints(String text) {
    var peers = new HashMap<String, String>();
    text.lines()
        .map(l -> l.split("\t", -1))
        .filter(w -> w.length == 2)
        .forEach(w -> peers.put(w[0], w[1].equals("(none)") ? "" : w[1]));
    return peers;
  }

  /**
   * Echo requests through a tunnel, a small one and a full one; two of each, for one may be lost.
   */
  static DataplaneFacts.Echo echo(HostQuestions.EchoTarget target) {
    int headers = target.address().family() == Family.IPV4 ? 28 : 48;
    var answered = Together.all(List.of(16, target.mtu() - headers), size -> ping(target, size));
    // What can't be asked is not called broken.
    boolean asked = HostTools.has("ping");
    return new DataplaneFacts.Echo(
        target.node(), !asked || answered.getFirst(), !asked || answered.getLast());
  }

  private static boolean ping(HostQuestions.EchoTarget target, int bytes) {
    return HostTools.output(
            "ping",
            "-n",
            "-q",
            "-c",
            "3",
            "-i",
            "0.2",
            "-W",
            "1",
            "-M",
            "do",
            "-s",
            String.valueOf(bytes),
            target.address().toString())
        .isPresent();
  }
}
