package dev.weft.cli.explain;

import dev.weft.mesh.diagnose.FirewallFacts;
import dev.weft.mesh.diagnose.FirewallFacts.ForeignRule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads {@code nft list ruleset}: what is Weft's, and what others have that might be in its way.
 * Pure.
 */
final class Ruleset {
  private static final Pattern HOOK = Pattern.compile("type \\S+ hook (\\S+) .*?(policy drop;)?");

  private final List<String> dropping = new ArrayList<>();
  private final List<ForeignRule> rules = new ArrayList<>();
  private boolean ours;
  private String table = "";
  private String chain = "";
  private String hook = "";
  private boolean drops;
  private boolean jumps;

  private Ruleset() {}

  /** The facts of a ruleset. */
  static FirewallFacts read(String ruleset) {
    var reader = new Ruleset();
    ruleset.lines().map(String::strip).forEach(reader::line);
    return new FirewallFacts(reader.ours, reader.dropping, reader.rules);
  }

  private void line(String line) {
    if (line.startsWith("table ")) {
      table = line.substring(6).replace(" {", "");
      ours |= table.equals("inet weft");
    } else if (line.startsWith("chain ")) {
      chain = line.substring(6).replace(" {", "");
      ours |= isWefts();
      hook = "";
      drops = false;
      jumps = false;
    } else if (chain.isEmpty() || isWefts()) {
      if (line.equals("}")) {
        chain = "";
      }
    } else if (line.startsWith("type ") && line.contains(" hook ")) {
      var match = HOOK.matcher(line);
      hook = match.lookingAt() ? match.group(1) : "";
      drops = line.contains("policy drop");
    } else if (line.equals("}")) {
      if (drops && !jumps && hook.equals("forward")) {
        dropping.add(table + " " + chain);
      }
      chain = "";
    } else if (line.contains("weft") && (line.contains("jump") || line.contains("accept"))) {
      jumps = true;
    } else if (!line.isEmpty() && !jumps) {
      rules.add(new ForeignRule(table + " " + chain, hook, line));
    }
  }

  private boolean isWefts() {
    return table.endsWith(" weft") || chain.startsWith("WEFT-");
  }
}
