package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.kernel.SeenFirewall;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The packet filter: whole, or only the elements of its sets. */
final class FirewallDiff {
  private FirewallDiff() {}

  static void diff(DesiredFirewall wanted, SeenFirewall seen, List<Change> changes) {
    var sets = FirewallSets.of(wanted);
    if (!seen.present() || !seen.intact() || !seen.sets().keySet().equals(sets.keySet())) {
      changes.add(new Change.ReplaceFirewall(wanted));
      return;
    }
    Map<String, List<Prefix>> add = new TreeMap<>();
    Map<String, List<Prefix>> remove = new TreeMap<>();
    sets.forEach(
        (name, elements) -> {
          var present = seen.sets().getOrDefault(name, List.of());
          without(elements, present, name, add);
          without(present, elements, name, remove);
        });
    if (!add.isEmpty() || !remove.isEmpty()) {
      changes.add(new Change.UpdateFirewallSets(add, remove));
    }
  }

  private static void without(
      List<Prefix> all, List<Prefix> known, String name, Map<String, List<Prefix>> into) {
    var rest = new ArrayList<>(all);
    rest.removeAll(new java.util.HashSet<>(known));
    if (!rest.isEmpty()) {
      into.put(name, rest);
    }
  }
}
