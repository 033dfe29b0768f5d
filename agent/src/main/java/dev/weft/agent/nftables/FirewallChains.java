package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.ArrayList;
import java.util.List;

/** The chains and rules of {@code inet weft} that a desired packet filter means. */
final class FirewallChains {
  static final String FAMILY = "inet";
  static final String TABLE = "weft";

  /** Before conntrack (-200), and before routing looks at the mark. */
  private static final int PRIORITY_RAW = -300;

  static final int IPPROTO_IPIP = 4;

  private static final int PRIORITY_MANGLE = -150;
  private static final int PRIORITY_SRCNAT = 100;

  private FirewallChains() {}

  static List<ChainSpec> of(DesiredFirewall wanted) {
    var chains = new ArrayList<ChainSpec>();
    chains.add(
        new ChainSpec("prerouting", "filter", "prerouting", PRIORITY_RAW, prerouting(wanted)));
    if (wanted.egress().exit()) {
      chains.add(new ChainSpec("exit", "filter", "prerouting", PRIORITY_MANGLE, exit(wanted)));
    }
    if (wanted.direct().isActive()) {
      chains.add(
          new ChainSpec(
              "direct", "filter", "prerouting", PRIORITY_MANGLE, DirectRules.arriving(wanted)));
      chains.add(
          new ChainSpec(
              "answers", "route", "output", PRIORITY_MANGLE, DirectRules.leaving(wanted.direct())));
    }
    if (wanted.direct().tellsCallers()) {
      chains.add(
          new ChainSpec(
              "calls", "filter", "postrouting", PRIORITY_MANGLE, DirectRules.calling(wanted)));
    }
    if (wanted.guard().isActive()) {
      chains.addAll(InnerSourceRules.chains(wanted.guard()));
      chains.add(new ChainSpec("input", "filter", "input", PRIORITY_RAW, input(wanted.guard())));
    }
    chains.add(new ChainSpec("forward", "filter", "forward", PRIORITY_MANGLE, forward(wanted)));
    if (wanted.host().closes()) {
      chains.add(
          new ChainSpec(
              "leaving",
              "filter",
              "postrouting",
              PRIORITY_MANGLE,
              HostRules.leaving(wanted.host())));
    }
    chains.add(
        new ChainSpec("postrouting", "nat", "postrouting", PRIORITY_SRCNAT, postrouting(wanted)));
    return chains;
  }

  /** Connections that left here are known by their mark, and their answers get it. */
  private static List<RuleSpec> exit(DesiredFirewall wanted) {
    return List.of(
        RuleSpec.of(
            "remember what leaves here",
            Expressions.links("iifname", "==", wanted.egress().links()),
            Expressions.setConnectionMark(wanted.mark(), wanted.mask())),
        RuleSpec.of(
            "mark answers to what left here",
            Expressions.links("iifname", "!=", wanted.egress().links()),
            Expressions.connectionMark(wanted.mark(), wanted.mask()),
            Expressions.setMark(wanted.mark(), wanted.mask())));
  }

  private static List<RuleSpec> input(EncapsulationGuard guard) {
    var rules = new ArrayList<RuleSpec>();
    for (var family : Family.values()) {
      boolean four = family == Family.IPV4;
      var stranger = Expressions.inSet(family, "saddr", "!=", four ? "encap4" : "encap6");
      if (!guard.udpPorts().isEmpty()) {
        rules.add(
            RuleSpec.of(
                "VXLAN from the location's nodes alone",
                Expressions.udpPorts(guard.udpPorts()),
                stranger,
                Expressions.statement("drop")));
      }
      if (guard.ipip() && four) {
        rules.add(
            RuleSpec.of(
                "IPIP from the location's nodes alone",
                Expressions.ipProtocol(IPPROTO_IPIP),
                stranger,
                Expressions.statement("drop")));
      }
    }
    rules.addAll(InnerSourceRules.rules(guard));
    return rules;
  }

  private static List<RuleSpec> prerouting(DesiredFirewall wanted) {
    var rules = new ArrayList<RuleSpec>(HostRules.pods(wanted.host()));
    rules.addAll(HostRules.exit(wanted.exit()));
    if (!wanted.listenPorts().isEmpty() && wanted.mask() != 0) {
      var expressions = new ArrayList<JsonNode>();
      if (!wanted.wireGuardLinks().isEmpty()) {
        expressions.add(Expressions.links("iifname", "!=", wanted.wireGuardLinks()));
      }
      expressions.add(Expressions.udpPorts(wanted.listenPorts()));
      // A pod's packet to that port of another would pass by the mesh's routes.
      expressions.add(Expressions.addressedHere());
      expressions.add(Expressions.setMark(wanted.mark(), wanted.mask()));
      rules.add(new RuleSpec("mark inbound WireGuard", expressions));
    }
    rules.add(transit(Family.IPV4, "4"));
    rules.add(transit(Family.IPV6, "6"));
    return rules;
  }

  /** Only one direction of a transit flow may pass here: conntrack would call it invalid. */
  private static RuleSpec transit(Family family, String suffix) {
    return RuleSpec.of(
        "do not track transit",
        Expressions.inSet(family, "saddr", "==", "mesh" + suffix),
        Expressions.inSet(family, "daddr", "==", "mesh" + suffix),
        Expressions.inSet(family, "saddr", "!=", "own" + suffix),
        Expressions.inSet(family, "daddr", "!=", "own" + suffix),
        Expressions.inSet(family, "saddr", "!=", "tracked" + suffix),
        Expressions.inSet(family, "daddr", "!=", "tracked" + suffix),
        Expressions.statement("notrack"));
  }

  private static List<RuleSpec> egress(DesiredFirewall wanted) {
    var egress = wanted.egress();
    var rules = new ArrayList<RuleSpec>();
    if (egress.exit()) {
      // The packet around it takes over the mark, and would pass by the mesh's routes.
      rules.add(
          RuleSpec.of(
              "answers go back by the mesh",
              Expressions.links("oifname", "==", egress.links()),
              Expressions.setMark(0, wanted.mask())));
    }
    if (!egress.links().isEmpty()) {
      rules.add(
          RuleSpec.of(
              "remember what leaves elsewhere",
              Expressions.links("oifname", "==", egress.links()),
              Expressions.setConnectionMark(wanted.mark(), wanted.mask())));
    }
    if (egress.exit()) {
      // The end of a connection that was open when a rule began to lead it here.
      rules.add(
          RuleSpec.of(
              "what belongs to no connection is not translated",
              Expressions.links("iifname", "==", egress.links()),
              Expressions.invalidConnection(),
              Expressions.statement("drop")));
      rules.add(
          RuleSpec.of(
              "answers go back by no other way",
              Expressions.links("iifname", "!=", egress.links()),
              Expressions.links("oifname", "!=", wanted.meshLinks()),
              Expressions.connectionMark(wanted.mark(), wanted.mask()),
              Expressions.statement("drop")));
    }
    if (!egress.podLinks().isEmpty()) {
      var pods = Expressions.links("iifname", "==", egress.podLinks());
      var outside = Expressions.links("oifname", "!=", wanted.meshLinks());
      rules.add(
          RuleSpec.of(
              "what began by an exit goes on by no other way",
              pods,
              outside,
              Expressions.connectionMark(wanted.mark(), wanted.mask()),
              Expressions.statement("drop")));
      rules.add(
          RuleSpec.of(
              "what belongs to no connection is not translated",
              pods,
              outside,
              Expressions.invalidConnection(),
              Expressions.statement("drop")));
    }
    return rules;
  }

  private static List<RuleSpec> forward(DesiredFirewall wanted) {
    if (wanted.wireGuardLinks().isEmpty()) {
      return List.of();
    }
    var rules = new ArrayList<RuleSpec>(egress(wanted));
    // "rt mtu" is the smaller one of both directions, so the second rule helps senders behind us.
    rules.add(clamp("oifname", wanted));
    rules.add(clamp("iifname", wanted));
    return rules;
  }

  private static RuleSpec clamp(String key, DesiredFirewall wanted) {
    return RuleSpec.of(
        "clamp TCP segments to the tunnel",
        Expressions.links(key, "==", wanted.wireGuardLinks()),
        Expressions.synWithoutReset(),
        Expressions.clampSegmentSize());
  }

  private static List<RuleSpec> postrouting(DesiredFirewall wanted) {
    var names = FirewallSets.of(wanted).keySet();
    var rules = new ArrayList<RuleSpec>();
    for (int i = 0; i < wanted.masquerade().size(); i++) {
      var family = wanted.masquerade().get(i).family();
      var prefix = "nat" + i + "_";
      var expressions = new ArrayList<JsonNode>();
      expressions.add(Expressions.inSet(family, "saddr", "==", prefix + "source"));
      if (names.contains(prefix + "destination")) {
        expressions.add(Expressions.inSet(family, "daddr", "==", prefix + "destination"));
      }
      expressions.add(Expressions.inSet(family, "daddr", "!=", prefix + "except"));
      if (!wanted.meshLinks().isEmpty()) {
        expressions.add(Expressions.links("oifname", "!=", wanted.meshLinks()));
      }
      expressions.add(Expressions.statement("masquerade"));
      rules.add(new RuleSpec("masquerade what leaves the mesh", expressions));
    }
    return rules;
  }
}
