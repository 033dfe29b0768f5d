package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.desired.ExitGuard;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.List;

/** Rules that hold back what may not pass this host (ADR 73). */
final class HostRules {
  /** What a pod's kernel sends before and beside its own address. */
  private static final List<Prefix> NEIGHBOURHOOD =
      List.of(Prefix.parse("fe80::/10"), Prefix.parse("::/128"));

  private HostRules() {}

  /** Before anything else is done with it: a pod sends from the node's pod CIDRs alone. */
  static List<RuleSpec> pods(HostGuard host) {
    var rules = new ArrayList<RuleSpec>();
    if (host.guardsPods()) {
      for (var family : Family.values()) {
        var expressions = new ArrayList<JsonNode>();
        expressions.add(Expressions.links("iifname", "==", host.podLinks()));
        expressions.add(
            Expressions.inSet(family, "saddr", "!=", family == Family.IPV4 ? "pods4" : "pods6"));
        if (family == Family.IPV6) {
          NEIGHBOURHOOD.forEach(p -> expressions.add(Expressions.sourceNotIn(p)));
        }
        expressions.add(Expressions.statement("drop"));
        rules.add(new RuleSpec("pods send from their own addresses alone", expressions));
      }
    }
    return rules;
  }

  /** Before any translation: what others may not reach by way of this host (ADR 95). */
  static List<RuleSpec> exit(ExitGuard exit) {
    var rules = new ArrayList<RuleSpec>();
    if (exit.isActive()) {
      for (var family : Family.values()) {
        var digit = family == Family.IPV4 ? "4" : "6";
        rules.add(
            RuleSpec.of(
                "an exit leads to no network of its own",
                Expressions.links("iifname", "==", exit.links()),
                Expressions.inSet(family, "daddr", "==", "refused" + digit),
                Expressions.inSet(family, "daddr", "!=", "open" + digit),
                Expressions.statement("drop")));
      }
    }
    return rules;
  }

  /** After all translation, and before the connection is remembered. */
  static List<RuleSpec> leaving(HostGuard host) {
    var rules = new ArrayList<RuleSpec>();
    for (var family : Family.values()) {
      rules.add(
          RuleSpec.of(
              "Services and own pods are not outside",
              Expressions.links("oifname", "==", host.outside()),
              Expressions.inSet(
                  family, "daddr", "==", family == Family.IPV4 ? "closed4" : "closed6"),
              Expressions.statement("drop")));
    }
    return rules;
  }
}
