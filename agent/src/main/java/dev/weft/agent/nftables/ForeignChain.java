package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A base chain of somebody else that sees forwarded or local input packets.
 *
 * @param family {@code ip}, {@code ip6} or {@code inet}
 * @param table its table
 * @param name its name
 * @param hook {@code forward} or {@code input}
 * @param dropPolicy whether its policy is to drop
 */
record ForeignChain(String family, String table, String name, String hook, boolean dropPolicy) {
  private static final Set<String> FAMILIES = Set.of("ip", "ip6", "inet");
  private static final Set<String> HOOKS = Set.of("forward", "input");
  private static final Set<String> REFUSALS = Set.of("drop", "reject");

  /** Those among the chains of {@code nft -j list chains}. */
  static List<ForeignChain> parse(List<JsonNode> objects) {
    var chains = new ArrayList<ForeignChain>();
    for (var object : objects) {
      var chain = object.path("chain");
      var found =
          new ForeignChain(
              chain.path("family").asText(),
              chain.path("table").asText(),
              chain.path("name").asText(),
              chain.path("hook").asText(),
              chain.path("policy").asText().equals("drop"));
      boolean own =
          found.family.equals(FirewallChains.FAMILY) && found.table.equals(FirewallChains.TABLE);
      if (!own
          && FAMILIES.contains(found.family)
          && HOOKS.contains(found.hook)
          && chain.path("type").asText().equals("filter")) {
        chains.add(found);
      }
    }
    return chains;
  }

  /** The name of our chain in its table. */
  String ownChain() {
    return "weft-" + hook;
  }

  /** Lists the chain, or ours beside it. */
  JsonNode list(String chain) {
    return FirewallCommands.command("list", chainObject(chain));
  }

  JsonNode chainObject(String chain) {
    var node = JsonNodeFactory.instance.objectNode();
    node.putObject("chain").put("family", family).put("table", table).put("name", chain);
    return node;
  }

  /**
   * Whether the mesh needs our jump to pass. Only what the chain's policy would drop passes by it;
   * a rule that refuses all that is left is its owner's word, but for Weft's own ports in input.
   */
  boolean needsJump(List<JsonNode> listing) {
    return isInput() ? dropPolicy || refusal(listing).isPresent() : dropPolicy && !refuses(listing);
  }

  /**
   * Whether a rule without match refuses what the mesh forwards, which is its owner's to change.
   */
  boolean refuses(List<JsonNode> listing) {
    return !isInput() && refusal(listing).isPresent();
  }

  private boolean isInput() {
    return hook.equals("input");
  }

  /** The handle of the first rule without match that refuses, which our jump comes just before. */
  Optional<Long> refusal(List<JsonNode> listing) {
    return listing.stream()
        .map(o -> o.path("rule"))
        .filter(ForeignChain::isBlanketRefusal)
        .map(r -> r.path("handle").asLong())
        .findFirst();
  }

  /** Whether there is one jump of ours, after all rules that could refuse what it accepts. */
  boolean isInPlace(List<JsonNode> listing) {
    int others = 0;
    int place = -1;
    int jumps = 0;
    int at = -1;
    for (var object : listing) {
      var rule = object.path("rule");
      if (isOurJump(rule)) {
        jumps++;
        at = others;
      } else if (!rule.isMissingNode()) {
        place = place < 0 && isBlanketRefusal(rule) ? others : place;
        others++;
      }
    }
    return jumps == 1 && at == (place < 0 ? others : place);
  }

  private static boolean isBlanketRefusal(JsonNode rule) {
    boolean refuses = false;
    for (var expression : rule.path("expr")) {
      var name = expression.isObject() ? expression.fieldNames().next() : "";
      var target = expression.path("xt").path("name").asText();
      if (REFUSALS.contains(name) || target.equals("REJECT")) {
        refuses = true;
      } else if (!name.equals("counter")) {
        return false;
      }
    }
    return refuses;
  }

  /** Whether our jump is in the chain's listing. */
  boolean hasJump(List<JsonNode> listing) {
    return listing.stream().anyMatch(o -> isOurJump(o.path("rule")));
  }

  private boolean isOurJump(JsonNode rule) {
    for (var expression : rule.path("expr")) {
      if (expression.path("jump").path("target").asText().equals(ownChain())) {
        return true;
      }
    }
    return false;
  }

  /** Commands that remove the jumps. */
  List<JsonNode> removeJumps(List<JsonNode> listing) {
    var commands = new ArrayList<JsonNode>();
    for (var object : listing) {
      var rule = object.path("rule");
      if (isOurJump(rule)) {
        var node = JsonNodeFactory.instance.objectNode();
        node.putObject("rule")
            .put("family", family)
            .put("table", table)
            .put("chain", name)
            .put("handle", rule.path("handle").asLong());
        commands.add(FirewallCommands.command("delete", node));
      }
    }
    return commands;
  }

  /** Commands that remove the jumps and our chain. */
  List<JsonNode> remove(List<JsonNode> listing) {
    var commands = new ArrayList<>(removeJumps(listing));
    commands.add(FirewallCommands.command("add", chainObject(ownChain())));
    commands.add(FirewallCommands.command("flush", chainObject(ownChain())));
    commands.add(FirewallCommands.command("delete", chainObject(ownChain())));
    return commands;
  }

  /** As nft(8) names it. */
  @Override
  public String toString() {
    return "%s %s %s".formatted(family, table, name);
  }
}
