package dev.weft.cli.migrate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What becomes of the commands of a PostUp, PreUp, PostDown or PreDown line. A line is not needed
 * only if each of its commands is known to be the agents' work; a rule that isolates is never one.
 */
final class Hook {
  private static final String ACCEPTED = "not needed: agents accept what the mesh forwards";
  private static final String MASQUERADED = "not needed: agents masquerade what leaves the mesh";
  private static final String CLAMPED = "not needed: agents clamp TCP segments to the tunnel";
  private static final String ISOLATES =
      "not carried: it isolates, and peers of the mesh reach each other; use a NetworkPolicy or a rule of your own";
  private static final String NARROW =
      "not carried: it accepts less than the mesh forwards; use a NetworkPolicy or a rule of your own";
  private static final String PORTS =
      "can't be carried: the mesh forwards no ports; use a Service, or keep the rule on the gateway";
  private static final String FORWARDING =
      "needed on every node: net.ipv4.ip_forward=1, and net.ipv6.conf.all.forwarding=1 with IPv6";
  private static final String ROUTES =
      "can't be carried: give the prefix to a Peer (spec.allowedIPs) or a location (weft.dev/location-cidrs)";
  private static final String OTHER =
      "can't be carried: run it yourself on the gateway, if it is still wanted";

  /** Options of a rule that accepts as much as the agents do, each with one value. */
  private static final Set<String> BROAD =
      Set.of(
          "-A",
          "--append",
          "-I",
          "--insert",
          "-D",
          "--delete",
          "-t",
          "--table",
          "-i",
          "--in-interface",
          "-o",
          "--out-interface",
          "-j",
          "--jump",
          "-m",
          "--match",
          "--comment",
          "--state",
          "--ctstate",
          "-w",
          "--wait");

  private static final Set<String> BROAD_MATCHES = Set.of("comment", "conntrack", "state");

  private Hook() {}

  /** What is said of the line: of its commands what has to be done, else why it isn't needed. */
  static String verdict(String line) {
    var verdicts =
        Stream.of(line.split(";|&&|\\|\\||\\||\n"))
            .map(String::strip)
            .filter(command -> !command.isEmpty())
            .map(Hook::command)
            .distinct()
            .toList();
    boolean isNeeded = verdicts.stream().anyMatch(v -> !v.startsWith("not needed"));
    return verdicts.stream()
        .filter(v -> !isNeeded || !v.startsWith("not needed"))
        .collect(Collectors.joining("; "));
  }

  private static String command(String command) {
    var lower = command.toLowerCase(Locale.ROOT);
    var words = List.of(command.split("\\s+"));
    if (has(lower, "dnat", "redirect", "forward-port", "tproxy")) {
      return PORTS;
    }
    if (lower.matches(".*(?<![a-z])(drop|reject|deny)(?![a-z]).*")) {
      return ISOLATES;
    }
    if (has(lower, "ip_forward", ".forwarding", "/forwarding")) {
      return isSwitchedOff(lower) ? ISOLATES : FORWARDING;
    }
    if (lower.matches("(\\S*/)?ip( -\\S+)* (route|rule|r|ru)\\b.*")) {
      return ROUTES;
    }
    if (words.getFirst().matches("(\\S*/)?ip6?tables(-nft|-legacy)?")) {
      return iptables(words);
    }
    if (lower.matches("(\\S*/)?nft add rule .*") && has(lower, " masquerade")) {
      return MASQUERADED;
    }
    return OTHER;
  }

  private static String iptables(List<String> words) {
    var table = after(words, "-t", "--table", "filter");
    var chain = after(words, "-A", "-I", after(words, "-D", "--append", ""));
    var target = after(words, "-j", "--jump", "");
    if (table.equals("filter") && chain.equals("FORWARD") && target.equals("ACCEPT")) {
      return isNarrow(words) ? NARROW : ACCEPTED;
    }
    if (table.equals("nat") && chain.equals("POSTROUTING") && target.equals("MASQUERADE")) {
      var out = after(words, "-o", "--out-interface", "");
      // Towards the peers themselves it hides who calls; agents do no such thing.
      return out.equals("%i") || out.startsWith("wg") ? OTHER : MASQUERADED;
    }
    return target.equals("TCPMSS") ? CLAMPED : OTHER;
  }

  private static boolean isSwitchedOff(String command) {
    return command.matches(".*=\\s*0\\b.*") || command.matches("echo\\s+(-n\\s+)?[\"']?0\\b.*");
  }

  /**
   * Whether it has an option, a match, or a pair of links that is not known to leave nothing out.
   */
  private static boolean isNarrow(List<String> words) {
    var states = after(words, "--state", "--ctstate", "NEW");
    // Only answers: from the other side no connection may begin.
    if (!List.of(states.toUpperCase(Locale.ROOT).split(",")).contains("NEW")) {
      return true;
    }
    // From one link to one other: peers that call each other are not accepted.
    if (!after(words, "-i", "--in-interface", "").isEmpty()
        && !after(words, "-o", "--out-interface", "").isEmpty()) {
      return true;
    }
    for (int i = 1; i < words.size(); i++) {
      var word = words.get(i);
      boolean isMatch = List.of("-m", "--match").contains(words.get(i - 1));
      boolean isOption = word.startsWith("-") && !BROAD.contains(word);
      if (isOption || word.equals("!") || (isMatch && !BROAD_MATCHES.contains(word))) {
        return true;
      }
    }
    return false;
  }

  private static String after(List<String> words, String option, String longer, String absent) {
    int at = Math.max(words.indexOf(option), words.indexOf(longer));
    return at >= 0 && at + 1 < words.size() ? words.get(at + 1) : absent;
  }

  private static boolean has(String text, String... parts) {
    return Stream.of(parts).anyMatch(text::contains);
  }
}
