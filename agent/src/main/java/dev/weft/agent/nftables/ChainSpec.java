package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * A chain of our table as wanted; the policy of a base chain is to accept.
 *
 * @param name name
 * @param type {@code filter}, {@code nat} or {@code route}; empty: no base chain, another jumps to
 *     it
 * @param hook netfilter hook; empty with the type
 * @param priority among the hook's chains
 * @param rules in order
 */
record ChainSpec(String name, String type, String hook, int priority, List<RuleSpec> rules) {
  ChainSpec {
    rules = List.copyOf(rules);
  }

  /** A chain that another jumps to. */
  static ChainSpec target(String name, List<RuleSpec> rules) {
    return new ChainSpec(name, "", "", 0, rules);
  }

  JsonNode toJson() {
    var node = JsonNodeFactory.instance.objectNode();
    var chain =
        node.putObject("chain")
            .put("family", FirewallChains.FAMILY)
            .put("table", FirewallChains.TABLE)
            .put("name", name);
    if (!hook.isEmpty()) {
      chain.put("type", type).put("hook", hook).put("prio", priority).put("policy", "accept");
    }
    return node;
  }
}
