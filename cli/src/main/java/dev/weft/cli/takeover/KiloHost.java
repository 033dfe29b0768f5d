package dev.weft.cli.takeover;

import dev.weft.cli.InputException;
import dev.weft.cli.host.HostCommand;
import dev.weft.cli.host.HostTools;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a kg that was ended leaves in its host's kernel: its link (always, without {@code
 * --clean-up-interface}), and all else if it was killed. Its bridge and CNI configuration stay, for
 * pods are attached by them.
 */
final class KiloHost {
  private static final String TABLE = "1107";
  private static final List<String> CHAINS = List.of("KILO-NAT", "KILO-IPIP");

  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|[^ \"]+");

  private final String device;
  private final List<String> done = new ArrayList<>();

  KiloHost(String device) {
    this.device = device;
  }

  /**
   * Removes it.
   *
   * @return what was removed, a line each
   */
  List<String> clean() {
    if (!HostTools.isRoot()) {
      throw new InputException(
          "it takes root to change links and routes; run it on the node, as root");
    }
    // Routes to the mesh by the gateway of the own location, as kg makes them.
    for (var route : lines("ip -4 route show proto static dev tunl0")) {
      remove("ip -4 route del %s dev tunl0".formatted(route));
    }
    if (HostTools.run(HostCommand.of("ip link show " + device)).ok()) {
      remove("ip link del " + device);
    }
    for (var family : List.of("-4", "-6")) {
      while (HostTools.run(HostCommand.of("ip %s rule del table %s".formatted(family, TABLE)))
          .ok()) {
        done.add("ip %s rule table %s".formatted(family, TABLE));
      }
      if (!lines("ip %s route show table %s".formatted(family, TABLE)).isEmpty()) {
        remove("ip %s route flush table %s".formatted(family, TABLE));
      }
    }
    for (var tool :
        List.of("iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy")) {
      if (HostTools.has(tool)) {
        List.of("nat", "filter").forEach(table -> chains(tool, table));
      }
    }
    return List.copyOf(done);
  }

  /** Rules first, those in the chains and those that jump to them, then the chains. */
  private void chains(String tool, String table) {
    var saved = lines(tool + "-save -t " + table);
    saved.stream()
        .filter(l -> l.startsWith("-A ") && (l.contains("Kilo: ") || l.contains("KILO-")))
        .forEach(l -> remove(tool + " -w -t " + table + " -D " + l.substring(3)));
    saved.stream()
        .filter(l -> CHAINS.stream().anyMatch(c -> l.startsWith(":" + c + " ")))
        .map(l -> l.substring(1).split(" ", 2)[0])
        .sorted(Comparator.naturalOrder())
        .forEach(c -> remove("%s -w -t %s -X %s".formatted(tool, table, c)));
  }

  private static List<String> lines(String words) {
    var said = HostTools.run(HostCommand.of(words));
    return said.ok()
        ? said.out().lines().map(String::strip).filter(l -> !l.isEmpty()).toList()
        : List.of();
  }

  /** Words, of which those in double quotes hold blanks, as iptables-save(8) writes them. */
  static List<String> split(String words) {
    var all = new ArrayList<String>();
    var matcher = WORD.matcher(words);
    while (matcher.find()) {
      all.add(matcher.group().replaceAll("^\"|\"$", ""));
    }
    return all;
  }

  private void remove(String words) {
    var said = HostTools.run(new HostCommand(split(words), ""));
    if (!said.ok()) {
      throw new InputException(
          "'%s' fails: %s".formatted(words, said.err().lines().findFirst().orElse("no reason")));
    }
    done.add(words);
  }
}
