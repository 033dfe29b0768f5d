package dev.weft.agent.iptables;

import dev.weft.mesh.iptables.FilterChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * One table as {@code iptables-save} tells it: what is ours, and what others may do to us.
 *
 * @param own rules by chain of ours, without {@code -A CHAIN}
 * @param jumps the lines that jump from another's chain into ours, by our chain; without {@code -A}
 * @param dropping built-in chains where packets that no rule accepts are lost, by policy or by a
 *     rule without match
 * @param foreign whether there is anything but ours: a rule, a chain, a policy that isn't ACCEPT
 */
record SavedTable(
    Map<String, List<String>> own,
    Map<String, List<String>> jumps,
    Set<String> dropping,
    boolean foreign) {
  static final SavedTable EMPTY = new SavedTable(Map.of(), Map.of(), Set.of(), false);

  private static final Pattern OUR_TARGET =
      Pattern.compile("-[jg] (" + FilterChain.PREFIX + "[A-Z0-9-]+)$");
  private static final Pattern REFUSAL =
      Pattern.compile("(-m comment --comment (\"[^\"]*\"|\\S+) )?-j (DROP|REJECT)( .*)?");

  /** Tables by name. */
  static Map<String, SavedTable> parse(String save) {
    var tables = new HashMap<String, SavedTable>();
    var lines = new ArrayList<String>();
    for (var line : (Iterable<String>) save.lines()::iterator) {
      if (line.startsWith("*")) {
        lines.clear();
        lines.add(line.substring(1).strip());
      } else if (line.equals("COMMIT") && !lines.isEmpty()) {
        tables.put(lines.getFirst(), ofLines(lines.subList(1, lines.size())));
      } else if (line.startsWith(":") || line.startsWith("-A ")) {
        lines.add(line);
      }
    }
    return tables;
  }

  private static SavedTable ofLines(List<String> lines) {
    var own = new LinkedHashMap<String, List<String>>();
    var jumps = new TreeMap<String, List<String>>();
    var dropping = new TreeSet<String>();
    boolean foreign = false;
    for (var line : lines) {
      var words = line.split(" ", 3);
      boolean isChain = line.startsWith(":");
      var chain = isChain ? words[0].substring(1) : words[1];
      if (chain.startsWith(FilterChain.PREFIX)) {
        var rules = own.computeIfAbsent(chain, _ -> new ArrayList<>());
        if (!isChain) {
          rules.add(words[2]);
        }
      } else if (isChain) {
        boolean drops = words[1].equals("DROP");
        foreign |= !words[1].equals("ACCEPT");
        if (drops) {
          dropping.add(chain);
        }
      } else {
        foreign |= !addRule(chain, words.length > 2 ? words[2] : "", jumps, dropping);
      }
    }
    return new SavedTable(own, jumps, dropping, foreign);
  }

  /** Whether it is ours. */
  private static boolean addRule(
      String chain, String rule, Map<String, List<String>> jumps, Set<String> dropping) {
    var target = OUR_TARGET.matcher(rule);
    if (target.find()) {
      jumps.computeIfAbsent(target.group(1), _ -> new ArrayList<>()).add(chain + " " + rule);
      return true;
    }
    if (REFUSAL.matcher(rule).matches()) {
      dropping.add(chain);
    }
    return false;
  }

  /** Whether nothing of ours is in it. */
  boolean isFreeOfOurs() {
    return own.isEmpty() && jumps.isEmpty();
  }
}
