package dev.weft.agent.iptables;

import dev.weft.mesh.iptables.FilterChain;
import dev.weft.mesh.iptables.SetChain;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Input of {@code iptables-restore --noflush}: each table's changes are one transaction. Pure. */
final class RestoreText {
  private final Map<String, List<String>> byTable = new TreeMap<>();

  private RestoreText() {}

  /**
   * Writes our chains anew, hooks in those that aren't, and removes ours that are no longer wanted.
   */
  static String replace(List<FilterChain> wanted, SavedFilter saved) {
    var text = new RestoreText();
    for (var chain : wanted) {
      text.line(chain.table(), ":" + chain.name() + " - [0:0]"); // made, or emptied
    }
    for (var chain : wanted) {
      chain.lines().forEach(line -> text.line(chain.table(), line));
    }
    for (var chain : wanted) {
      var jumps = saved.table(chain.table()).jumps().getOrDefault(chain.name(), List.of());
      if (chain.table().equals("filter") && !chain.hook().isEmpty()) {
        text.place(chain, saved, jumps);
        continue;
      }
      if (!chain.hook().isEmpty() && jumps.isEmpty()) {
        text.line(chain.table(), "-I " + chain.hook() + " " + chain.jump());
      }
      // Of several the tagged one stays.
      jumps.stream()
          .sorted(Comparator.comparing(jump -> !jump.contains("--comment")))
          .skip(1)
          .forEach(jump -> text.line(chain.table(), "-D " + jump));
    }
    saved
        .tables()
        .forEach(
            (name, table) ->
                text.remove(
                    name,
                    table,
                    chain ->
                        wanted.stream()
                            .noneMatch(w -> w.table().equals(name) && w.name().equals(chain))));
    return text.toString();
  }

  /** After others' rules, which count before it. */
  private void place(FilterChain chain, SavedFilter saved, List<String> jumps) {
    if (jumps.size() != 1 || !saved.isInPlace(chain)) {
      jumps.forEach(jump -> line(chain.table(), "-D " + jump));
      int number = saved.table(chain.table()).place(chain.hook()) + 1;
      line(chain.table(), "-I " + chain.hook() + " " + number + " " + chain.jump());
    }
  }

  /** Removes all that is ours. */
  static String remove(SavedFilter saved) {
    var text = new RestoreText();
    saved.tables().forEach((name, table) -> text.remove(name, table, chain -> true));
    return text.toString();
  }

  private void remove(String name, SavedTable table, java.util.function.Predicate<String> gone) {
    table
        .jumps()
        .forEach(
            (chain, jumps) -> {
              if (gone.test(chain)) {
                jumps.forEach(jump -> line(name, "-D " + jump));
              }
            });
    var chains = table.own().keySet().stream().filter(gone).toList();
    chains.forEach(chain -> line(name, "-F " + chain));
    chains.forEach(chain -> line(name, "-X " + chain));
  }

  /** Changes elements of one family's sets. */
  static String update(
      Family family, Map<String, List<Prefix>> add, Map<String, List<Prefix>> remove) {
    var text = new RestoreText();
    remove.forEach((set, elements) -> text.elements(family, "-D", set, elements));
    add.forEach((set, elements) -> text.elements(family, "-I", set, elements));
    return text.toString();
  }

  private void elements(Family family, String command, String set, List<Prefix> elements) {
    for (var chain : SetChain.of(set)) {
      for (var element : elements) {
        if (element.family() == family) {
          chain
              .rules(element)
              .forEach(rule -> line(chain.table(), command + " " + chain.chain() + " " + rule));
        }
      }
    }
  }

  private void line(String table, String line) {
    byTable.computeIfAbsent(table, _ -> new ArrayList<>()).add(line);
  }

  /** Empty: nothing to do. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    byTable.forEach(
        (table, lines) -> {
          text.append('*').append(table).append('\n');
          lines.forEach(line -> text.append(line).append('\n'));
          text.append("COMMIT\n");
        });
    return text.toString();
  }
}
