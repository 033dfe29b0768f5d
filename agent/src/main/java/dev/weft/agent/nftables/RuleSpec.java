package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A rule as wanted.
 *
 * @param purpose for its comment
 * @param expressions matches and statements
 */
record RuleSpec(String purpose, List<JsonNode> expressions) {
  RuleSpec {
    expressions = List.copyOf(expressions);
  }

  static RuleSpec of(String purpose, JsonNode... expressions) {
    return new RuleSpec(purpose, List.of(expressions));
  }

  /**
   * The purpose and a check sum of the expressions. A rule is known again by it, for how nft lists
   * a rule differs between its versions.
   */
  String comment() {
    var sum = new CRC32();
    sum.update(expressions.toString().getBytes(StandardCharsets.UTF_8));
    return "%s (%08x)".formatted(purpose, sum.getValue());
  }

  /** The rule in a chain, as commands name it. */
  JsonNode in(String family, String table, String chain) {
    var node = JsonNodeFactory.instance.objectNode();
    var rule = node.putObject("rule").put("family", family).put("table", table).put("chain", chain);
    rule.putArray("expr").addAll(expressions);
    rule.put("comment", comment());
    return node;
  }
}
