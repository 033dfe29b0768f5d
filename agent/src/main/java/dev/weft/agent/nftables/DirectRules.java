package dev.weft.agent.nftables;

import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.net.Family;
import java.util.ArrayList;
import java.util.List;

/** Rules by which answers to what came beside the tunnels leave by the way it came (ADR 70). */
final class DirectRules {
  private DirectRules() {}

  /** Before what translates destinations: what is addressed to a port of the host counts. */
  static List<RuleSpec> arriving(DesiredFirewall wanted) {
    var direct = wanted.direct();
    var rules = new ArrayList<RuleSpec>();
    rules.addAll(answers(direct)); // of pods, and what others were asked in this host's name
    if (!direct.tellsCallers()) {
      return rules;
    }
    rules.add(
        RuleSpec.of(
            "answers are recognised by their connection",
            Expressions.answer(),
            Expressions.statement("accept")));
    rules.add(
        RuleSpec.of(
            "what comes by the mesh",
            Expressions.links("iifname", "==", mesh(wanted)),
            Expressions.statement("accept")));
    rules.add(
        RuleSpec.of(
            "what came beside the tunnels before",
            Expressions.connectionMark(direct.answers(), direct.answers()),
            Expressions.setMark(direct.arrived(), direct.arrived()),
            Expressions.statement("accept")));
    if (!direct.neighbours().isEmpty()) {
      rules.add(
          RuleSpec.of(
              "what the location's nodes pass on",
              Expressions.fromNeighbours(direct.neighbours()),
              Expressions.statement("accept")));
    }
    for (var family : Family.values()) {
      rules.add(
          RuleSpec.of(
              "what comes beside the tunnels",
              Expressions.newConnection(),
              Expressions.inSet(
                  family, "saddr", "==", family == Family.IPV4 ? "direct4" : "direct6"),
              Expressions.addressedHere(),
              Expressions.setConnectionMark(direct.answers(), direct.answers()),
              Expressions.setMark(direct.arrived(), direct.arrived())));
    }
    return rules;
  }

  /** What the host sends. */
  static List<RuleSpec> leaving(DirectArrivals direct) {
    var rules = new ArrayList<>(answers(direct));
    for (var service : direct.services()) {
      rules.add(
          RuleSpec.of(
              "to the API server beside the tunnels",
              Expressions.to(service.address().orElseThrow()),
              Expressions.tcpPort(service.port()),
              // For its answers: the reverse-path filter would miss the tunnel.
              Expressions.setConnectionMark(direct.answers(), direct.answers()),
              Expressions.setMark(direct.answers(), direct.answers())));
    }
    return rules;
  }

  /**
   * The host's own calls beside the tunnels, to the API server: their answers have the mark, too,
   * or a strict reverse-path filter would drop them.
   */
  static List<RuleSpec> calling(DesiredFirewall wanted) {
    var direct = wanted.direct();
    var rules = new ArrayList<RuleSpec>();
    for (var family : Family.values()) {
      rules.add(
          RuleSpec.of(
              "what is called beside the tunnels",
              Expressions.links("oifname", "!=", mesh(wanted)),
              Expressions.newConnection(),
              Expressions.inSet(
                  family, "daddr", "==", family == Family.IPV4 ? "direct4" : "direct6"),
              Expressions.setConnectionMark(direct.answers(), direct.answers())));
    }
    return rules;
  }

  private static List<String> mesh(DesiredFirewall wanted) {
    var mesh = new ArrayList<>(wanted.meshLinks());
    mesh.add("lo");
    return mesh;
  }

  private static List<RuleSpec> answers(DirectArrivals direct) {
    return List.of(
        RuleSpec.of(
            "answers go back beside the tunnels",
            Expressions.answer(),
            Expressions.connectionMark(direct.answers(), direct.answers()),
            Expressions.setMark(direct.answers(), direct.answers())));
  }
}
