package dev.weft.mesh.plan.gateway;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What fails together with a node, as the labels of its Node name it: its zone and its host. */
public final class Fate {
  /** The physical machine or hypervisor that a virtual machine runs on; set by administrators. */
  static final String HOST = "weft.dev/host";

  private static final Map<String, String> LABELS =
      Map.of("topology.kubernetes.io/zone", "zone ", HOST, "host ");

  private Fate() {}

  /** Such as {@code zone eu-1a}; empty: the labels say nothing. */
  public static Set<String> of(Map<String, String> labels) {
    var fate = new TreeSet<String>();
    LABELS.forEach(
        (label, word) -> {
          var value = labels.getOrDefault(label, "");
          if (!value.isEmpty()) {
            fate.add(word + value);
          }
        });
    return fate;
  }

  /** What all of several nodes have in common; empty: nothing, or there is one node only. */
  public static Set<String> shared(Collection<Set<String>> nodes) {
    var shared = new TreeSet<String>();
    if (nodes.size() > 1) {
      shared.addAll(nodes.iterator().next());
      nodes.forEach(shared::retainAll);
    }
    return shared;
  }
}
