package dev.weft.mesh.diagnose;

import java.util.List;

/**
 * The packet filter of the node that the command runs on.
 *
 * @param ours whether Weft's own table or chains are there
 * @param forwardPolicies chains at the hook forward that drop what no rule accepts, without Weft's
 *     jump, as {@code ip filter FORWARD}
 * @param rules of everybody else; those behind Weft's jump, which they don't see, are left out
 */
public record FirewallFacts(boolean ours, List<String> forwardPolicies, List<ForeignRule> rules) {
  /**
   * A rule of somebody else.
   *
   * @param chain with its table, as {@code ip filter INPUT}
   * @param hook of a base chain; empty: others jump there
   * @param text as nft(8) prints it
   */
  public record ForeignRule(String chain, String hook, String text) {}

  public FirewallFacts {
    forwardPolicies = List.copyOf(forwardPolicies);
    rules = List.copyOf(rules);
  }
}
