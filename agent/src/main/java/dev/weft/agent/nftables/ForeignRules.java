package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.desired.DesiredFirewall;
import java.util.ArrayList;
import java.util.List;

/**
 * What our chain in a foreign table accepts. One link or port and one counter a rule, so that
 * iptables(8) of the nft kind still understands its table.
 */
final class ForeignRules {
  private ForeignRules() {}

  static List<RuleSpec> of(ForeignChain chain, DesiredFirewall wanted) {
    var rules = new ArrayList<RuleSpec>();
    for (var link : wanted.meshLinks()) {
      rules.add(accept(Expressions.links("iifname", "==", List.of(link))));
      if (chain.hook().equals("forward")) {
        rules.add(accept(Expressions.links("oifname", "==", List.of(link))));
      }
    }
    if (chain.hook().equals("input")) {
      for (var port : wanted.listenPorts()) {
        rules.add(accept(Expressions.udpPorts(List.of(port))));
      }
      // From whom, our own table sees to.
      for (var port : wanted.guard().udpPorts()) {
        rules.add(accept(Expressions.udpPorts(List.of(port))));
      }
      if (wanted.guard().ipip() && !chain.family().equals("ip6")) {
        rules.add(accept(Expressions.ipProtocol(FirewallChains.IPPROTO_IPIP)));
      }
    }
    return rules;
  }

  private static RuleSpec accept(JsonNode match) {
    return RuleSpec.of(
        "weft", match, Expressions.statement("counter"), Expressions.statement("accept"));
  }

  private static RuleSpec jump(ForeignChain chain) {
    return RuleSpec.of(
        "weft", Expressions.statement("counter"), Expressions.jump(chain.ownChain()));
  }

  static boolean areIn(ForeignChain chain, DesiredFirewall wanted, List<JsonNode> ownListing) {
    var comments = new ArrayList<String>();
    for (var object : ownListing) {
      if (object.has("rule")) {
        comments.add(object.path("rule").path("comment").asText());
      }
    }
    return of(chain, wanted).stream().map(RuleSpec::comment).toList().equals(comments);
  }

  /** Writes our chain anew and puts the jump first, unless it is there. */
  static List<JsonNode> install(ForeignChain chain, DesiredFirewall wanted, boolean hasJump) {
    var commands = new ArrayList<JsonNode>();
    commands.add(FirewallCommands.command("add", chain.chainObject(chain.ownChain())));
    commands.add(FirewallCommands.command("flush", chain.chainObject(chain.ownChain())));
    for (var rule : of(chain, wanted)) {
      commands.add(
          FirewallCommands.command(
              "add", rule.in(chain.family(), chain.table(), chain.ownChain())));
    }
    if (!hasJump) {
      commands.add(
          FirewallCommands.command(
              "insert", jump(chain).in(chain.family(), chain.table(), chain.name())));
    }
    return commands;
  }
}
