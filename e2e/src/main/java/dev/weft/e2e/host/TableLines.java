package dev.weft.e2e.host;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Lines of text as tools print them; those of {@code iptables-save} without what does nothing to a
 * packet. Pure.
 */
final class TableLines {
  private static final Pattern ACCEPTS = Pattern.compile(":\\S+ ACCEPT( \\[\\d+:\\d+])?");
  private static final Pattern COUNTERS = Pattern.compile(" \\[\\d+:\\d+]$");

  private TableLines() {}

  static List<String> of(String section, String text) {
    var lines = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return section.startsWith("ip6tables") || section.startsWith("iptables") ? saved(lines) : lines;
  }

  /** Each line with its table before it; without counters and base chains that accept. */
  private static List<String> saved(List<String> lines) {
    var all = new ArrayList<String>();
    var table = "";
    for (var line : lines) {
      if (line.startsWith("*")) {
        table = line;
      } else if (!line.startsWith("#")
          && !line.equals("COMMIT")
          && !ACCEPTS.matcher(line).matches()) {
        all.add(table + " " + COUNTERS.matcher(line).replaceFirst(""));
      }
    }
    return List.copyOf(all);
  }
}
