package dev.weft.mesh.iptables;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.net.Family;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** Our part of a packet filter as {@code iptables-save} prints it, without counters. */
public final class SaveText {
  private SaveText() {}

  /** One family's; what lets the mesh pass a chain that drops is not in it, but where asked for. */
  public static String of(DesiredFirewall wanted, Family family) {
    var byTable =
        FilterChains.of(wanted, family).stream()
            .collect(
                Collectors.groupingBy(FilterChain::table, LinkedHashMap::new, Collectors.toList()));
    var text = new StringBuilder();
    byTable.forEach((table, chains) -> append(text, table, chains));
    return text.toString();
  }

  private static void append(StringBuilder text, String table, List<FilterChain> chains) {
    text.append('*').append(table).append('\n');
    chains.forEach(c -> text.append(':').append(c.name()).append(" -\n"));
    for (var chain : chains) {
      if (!chain.hook().isEmpty()) {
        text.append("-A %s %s\n".formatted(chain.hook(), chain.jump()));
      }
    }
    chains.forEach(c -> c.lines().forEach(line -> text.append(line).append('\n')));
    text.append("COMMIT\n");
  }
}
