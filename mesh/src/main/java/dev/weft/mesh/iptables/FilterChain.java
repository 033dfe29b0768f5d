package dev.weft.mesh.iptables;

import java.util.List;

/**
 * A chain of ours.
 *
 * @param table raw, mangle, nat or filter
 * @param name begins with {@link #PREFIX}
 * @param hook the built-in chain that jumps to it; empty: another chain of ours does
 * @param elements rules that stand for a set's elements, before all others; their order is of no
 *     account
 * @param rules the others, in order
 */
public record FilterChain(
    String table, String name, String hook, List<String> elements, List<FilterRule> rules) {
  /** What our chains' names begin with. */
  public static final String PREFIX = "WEFT-";

  public FilterChain {
    elements = List.copyOf(elements);
    rules = List.copyOf(rules);
  }

  /** A chain without elements. */
  static FilterChain of(String table, String name, String hook, List<FilterRule> rules) {
    return new FilterChain(table, name, hook, List.of(), rules);
  }

  /** The rule of the built-in chain, without its name: tagged, so that it is known as ours. */
  public String jump() {
    return "-m comment --comment weft -j " + name;
  }

  /** The lines of its rules as {@code iptables-save} prints them. */
  public List<String> lines() {
    var lines = new java.util.ArrayList<String>();
    elements.forEach(e -> lines.add("-A " + name + " " + e));
    rules.forEach(r -> lines.add("-A " + name + " " + r.text()));
    return lines;
  }
}
