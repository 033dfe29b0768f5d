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
 * One table as {@code iptables-save} prints it: what is ours, and what others may do to us.
 *
 * @param own rules by chain of ours, without {@code -A CHAIN}
 * @param jumps the lines that jump from another's chain into ours, by our chain; without {@code -A}
 * @param dropping built-in chains whose policy is to drop
 * @param refusals by built-in chain, how many of others' rules come before the first one without
 *     match that refuses
 * @param lengths by built-in chain, how many rules of others it has
 * @param positions by our chain, how many of others' rules come before the first jump to it
 * @param foreign whether there is anything but ours: a rule, a chain, a policy that isn't ACCEPT
 */
record SavedTable(
    Map<String, List<String>> own,
    Map<String, List<String>> jumps,
    Set<String> dropping,
    Map<String, Integer> refusals,
    Map<String, Integer> lengths,
    Map<String, Integer> positions,
    boolean foreign) {
  static final SavedTable EMPTY =
      new SavedTable(Map.of(), Map.of(), Set.of(), Map.of(), Map.of(), Map.of(), false);

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
    var refusals = new TreeMap<String, Integer>();
    var lengths = new TreeMap<String, Integer>();
    var positions = new TreeMap<String, Integer>();
    boolean foreign = false;
    for (var line : lines) {
      var words = line.split(" ", 3);
      boolean isChain = line.startsWith(":");
      var chain = isChain ? words[0].substring(1) : words[1];
      var rule = words.length > 2 ? words[2] : "";
      if (chain.startsWith(FilterChain.PREFIX)) {
        var rules = own.computeIfAbsent(chain, _ -> new ArrayList<>());
        if (!isChain) {
          rules.add(rule);
        }
      } else if (isChain) {
        foreign |= !words[1].equals("ACCEPT");
        if (words[1].equals("DROP")) {
          dropping.add(chain);
        }
      } else {
        int before = lengths.getOrDefault(chain, 0);
        var target = OUR_TARGET.matcher(rule);
        if (target.find()) {
          jumps.computeIfAbsent(target.group(1), _ -> new ArrayList<>()).add(chain + " " + rule);
          positions.putIfAbsent(target.group(1), before);
        } else {
          foreign = true;
          lengths.put(chain, before + 1);
          if (REFUSAL.matcher(rule).matches()) {
            refusals.putIfAbsent(chain, before);
          }
        }
      }
    }
    return new SavedTable(own, jumps, dropping, refusals, lengths, positions, foreign);
  }

  /**
   * Whether the mesh needs our jump in a chain. Only what the chain's policy would drop passes by
   * it; a rule that refuses all that is left is its owner's word, but for Weft's own ports in
   * INPUT.
   */
  boolean needsJump(String hook) {
    boolean refuses = refusals.containsKey(hook);
    return hook.equals("INPUT")
        ? refuses || dropping.contains(hook)
        : dropping.contains(hook) && !refuses;
  }

  /** How many of others' rules come before our jump: all, but for one that refuses what is left. */
  int place(String hook) {
    return refusals.getOrDefault(hook, lengths.getOrDefault(hook, 0));
  }

  /** Whether nothing of ours is in it. */
  boolean isFreeOfOurs() {
    return own.isEmpty() && jumps.isEmpty();
  }
}
