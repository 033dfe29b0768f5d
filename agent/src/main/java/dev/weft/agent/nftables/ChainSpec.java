package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * A base chain of our table as wanted; its policy is to accept.
 *
 * @param name name
 * @param type {@code filter} or {@code nat}
 * @param hook netfilter hook
 * @param priority among the hook's chains
 * @param rules in order
 */
record ChainSpec(String name, String type, String hook, int priority, List<RuleSpec> rules) {
  ChainSpec {
    rules = List.copyOf(rules);
  }

  JsonNode toJson() {
    var node = JsonNodeFactory.instance.objectNode();
    node.putObject("chain")
        .put("family", FirewallChains.FAMILY)
        .put("table", FirewallChains.TABLE)
        .put("name", name)
        .put("type", type)
        .put("hook", hook)
        .put("prio", priority)
        .put("policy", "accept");
    return node;
  }
}
