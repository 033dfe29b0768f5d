package dev.weft.cli.explain;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code nft list ruleset} for chains that would drop what Weft forwards. Pure. */
final class ForwardChains {
  private ForwardChains() {}

  /** Names such as {@code ip filter FORWARD}: hook forward, policy drop, no jump of Weft's. */
  static List<String> dropping(String ruleset) {
    var found = new ArrayList<String>();
    var table = "";
    var chain = "";
    boolean drops = false;
    boolean jumps = false;
    for (var raw : ruleset.lines().toList()) {
      var line = raw.strip();
      if (line.startsWith("table ")) {
        table = line.substring(6).replace(" {", "");
      } else if (line.startsWith("chain ")) {
        chain = line.substring(6).replace(" {", "");
        drops = false;
        jumps = false;
      } else if (line.contains("hook forward") && line.contains("policy drop")) {
        drops = true;
      } else if (line.contains("weft")) {
        jumps = true;
      } else if (line.equals("}") && !chain.isEmpty()) {
        if (drops && !jumps && !table.endsWith(" weft")) {
          found.add(table + " " + chain);
        }
        chain = "";
      }
    }
    return found;
  }
}
