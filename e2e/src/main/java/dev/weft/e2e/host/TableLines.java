package dev.weft.e2e.host;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of text as tools print them; those of {@code iptables-save} without what means nothing.
 * Pure.
 */
final class TableLines {
  private TableLines() {}

  static List<String> of(String section, String text) {
    var lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return section.startsWith("ip6tables") || section.startsWith("iptables") ? saved(lines) : lines;
  }

  /** Each line with its table before it; counters and tables with nothing in them left out. */
  private static List<String> saved(List<String> lines) {
    var all = new ArrayList<String>();
    var table = new ArrayList<String>();
    for (var line : lines) {
      if (line.startsWith("*")) {
        table.clear();
        table.add(line);
      } else if (line.equals("COMMIT")) {
        if (table.stream().skip(1).anyMatch(l -> !l.endsWith(" ACCEPT"))) {
          table.stream().skip(1).map(l -> table.getFirst() + " " + l).forEach(all::add);
        }
      } else if (!line.startsWith("#")) {
        table.add(line.replaceFirst(" \\[\\d+:\\d+]$", ""));
      }
    }
    return List.copyOf(all);
  }
}
