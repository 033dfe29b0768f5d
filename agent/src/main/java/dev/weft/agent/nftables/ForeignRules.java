package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
    if (chain.hook().equals("forward")) {
      for (var link : wanted.meshLinks()) {
        rules.add(accept(Expressions.links("iifname", "==", List.of(link))));
        rules.add(accept(Expressions.links("oifname", "==", List.of(link))));
      }
    }
    if (chain.hook().equals("input")) {
      for (var port : wanted.listenPorts()) {
        rules.add(accept(Expressions.udpPorts(List.of(port))));
      }
      // Our own table filters by source.
      for (var port : wanted.guard().udpPorts()) {
        rules.add(accept(Expressions.udpPorts(List.of(port))));
      }
      if (wanted.guard().ipip() && !chain.family().equals("ip6")) {
        rules.add(accept(Expressions.ipProtocol(FirewallChains.IPPROTO_IPIP)));
      }
      for (var link : wanted.wireGuardLinks()) {
        rules.add(
            accept(
                Expressions.links("iifname", "==", List.of(link)),
                Expressions.udpPorts(List.of(DesiredFirewall.PROBE_PORT))));
      }
    }
    return rules;
  }

  private static RuleSpec accept(JsonNode... matches) {
    var expressions = new ArrayList<>(List.of(matches));
    expressions.add(Expressions.statement("counter"));
    expressions.add(Expressions.statement("accept"));
    return new RuleSpec("weft", expressions);
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

  /** Writes our chain anew, and puts the jump where it belongs unless it is there. */
  static List<JsonNode> install(
      ForeignChain chain, DesiredFirewall wanted, List<JsonNode> listing) {
    var commands = new ArrayList<JsonNode>();
    commands.add(FirewallCommands.command("add", chain.chainObject(chain.ownChain())));
    if (!chain.isInPlace(listing)) {
      commands.addAll(chain.removeJumps(listing));
    }
    commands.add(FirewallCommands.command("flush", chain.chainObject(chain.ownChain())));
    for (var rule : of(chain, wanted)) {
      commands.add(
          FirewallCommands.command(
              "add", rule.in(chain.family(), chain.table(), chain.ownChain())));
    }
    if (!chain.isInPlace(listing)) {
      var jump = (ObjectNode) jump(chain).in(chain.family(), chain.table(), chain.name());
      var refusal = chain.refusal(listing);
      refusal.ifPresent(handle -> ((ObjectNode) jump.get("rule")).put("handle", handle));
      commands.add(FirewallCommands.command(refusal.isPresent() ? "insert" : "add", jump));
    }
    return commands;
  }
}
