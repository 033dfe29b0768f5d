package dev.weft.mesh.dataplane;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeSet;

/**
 * The routing tables of egress rules: T+16 to T+79, by hash of the rule's name, so that a rule
 * keeps its table whatever others come or go.
 */
final class EgressTables {
  private static final int FIRST = 16;
  private static final int SLOTS = 64;

  private EgressTables() {}

  /**
   * Tables by rule.
   *
   * @param table T
   * @param rules names, at most as many as there are tables
   */
  static Map<String, Integer> of(int table, Collection<String> rules) {
    var taken = new HashSet<Integer>();
    Map<String, Integer> tables = new HashMap<>();
    for (var rule : new TreeSet<>(rules)) {
      int slot = Math.floorMod(rule.hashCode(), SLOTS);
      while (!taken.add(slot)) {
        slot = (slot + 1) % SLOTS;
      }
      tables.put(rule, table + FIRST + slot);
    }
    return tables;
  }
}
