package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rules by which a gateway takes from each member, of its location's sources, that member's alone
 * (ADR 105). A verdict map leads from the outer source to a chain for each member, for sets of
 * pairs with ranges need kernel 5.6.
 *
 * <p>The inner source is found by its distance from the transport header, which holds with IP
 * options and IPv6 extension headers:
 *
 * <pre>
 *  UDP 8 | VXLAN 8 | Ethernet 12 | type 2 | IPv4: source at 12, IPv6: source at 8
 *  (IPIP)                                 | IPv4: source at 12
 * </pre>
 */
final class InnerSourceRules {
  private static final int BITS = 8;
  private static final int ETHERTYPE_AT = (8 + 8 + 12) * BITS;
  private static final int VXLAN_IPV4_AT = (8 + 8 + 14 + 12) * BITS;
  private static final int VXLAN_IPV6_AT = (8 + 8 + 14 + 8) * BITS;
  private static final int IPIP_AT = 12 * BITS;

  private static final int ETHERTYPE_BITS = 16;
  private static final int ETH_P_IP = 0x0800;
  private static final int ETH_P_IPV6 = 0x86dd;
  private static final int ETH_P_ARP = 0x0806;

  /** What is around the packet, and the families that it can have. */
  private enum Wrapping {
    VXLAN,
    IPIP;

    List<Family> families() {
      return this == VXLAN ? List.of(Family.values()) : List.of(Family.IPV4);
    }

    String chain() {
      return name().toLowerCase(Locale.ROOT);
    }

    int sourceAt(Family family) {
      int vxlan = family == Family.IPV4 ? VXLAN_IPV4_AT : VXLAN_IPV6_AT;
      return this == VXLAN ? vxlan : IPIP_AT;
    }

    /** A packet of the family is inside. */
    List<JsonNode> holds(Family family) {
      int type = family == Family.IPV4 ? ETH_P_IP : ETH_P_IPV6;
      return this == VXLAN
          ? List.of(Expressions.transportBits(ETHERTYPE_AT, ETHERTYPE_BITS, type))
          : List.of();
    }
  }

  private InnerSourceRules() {}

  /** The chains, each after those that it jumps to. */
  static List<ChainSpec> chains(EncapsulationGuard guard) {
    var chains = new ArrayList<ChainSpec>();
    if (guard.looksInside() && !guard.udpPorts().isEmpty()) {
      add(Wrapping.VXLAN, guard, chains);
    }
    if (guard.looksInside() && guard.ipip()) {
      add(Wrapping.IPIP, guard, chains);
    }
    return chains;
  }

  private static void add(Wrapping wrapping, EncapsulationGuard guard, List<ChainSpec> chains) {
    for (int i = 0; i < guard.members().size(); i++) {
      chains.add(
          ChainSpec.target(
              wrapping.chain() + i, member(wrapping, guard.members().get(i).sources())));
    }
    var rules = new ArrayList<RuleSpec>();
    for (var family : wrapping.families()) {
      var expressions = new ArrayList<>(wrapping.holds(family));
      var inside = of(guard.location(), family);
      if (!inside.isEmpty()) { // not in nothing: all
        expressions.add(Expressions.addressAt(wrapping.sourceAt(family), family, "!=", inside));
      }
      expressions.add(Expressions.statement("return"));
      rules.add(new RuleSpec("sources outside of the location", expressions));
    }
    if (wrapping == Wrapping.VXLAN) {
      rules.add(
          RuleSpec.of(
              "neighbours are looked for",
              Expressions.transportBits(ETHERTYPE_AT, ETHERTYPE_BITS, ETH_P_ARP),
              Expressions.statement("return")));
    }
    rules.addAll(bySender(wrapping, guard));
    chains.add(ChainSpec.target(wrapping.chain(), rules));
  }

  private static List<RuleSpec> member(Wrapping wrapping, List<Prefix> sources) {
    var rules = new ArrayList<RuleSpec>();
    for (var family : wrapping.families()) {
      // No set: to list five hundred of them takes seconds.
      for (var prefix : of(sources, family)) {
        var expressions = new ArrayList<>(wrapping.holds(family));
        expressions.add(Expressions.addressAt(wrapping.sourceAt(family), prefix));
        expressions.add(Expressions.statement("return"));
        rules.add(new RuleSpec("the member's own", expressions));
      }
    }
    // Also what is neither IPv4, IPv6 nor ARP: a VLAN tag would shift what is inside.
    rules.add(RuleSpec.of("another's, or not to be read", Expressions.statement("drop")));
    return rules;
  }

  /** What leads there. */
  static List<RuleSpec> rules(EncapsulationGuard guard) {
    var rules = new ArrayList<RuleSpec>();
    if (guard.looksInside() && !guard.udpPorts().isEmpty()) {
      rules.add(
          RuleSpec.of(
              "a member's own sources alone in VXLAN",
              Expressions.udpPorts(guard.udpPorts()),
              Expressions.jump(Wrapping.VXLAN.chain())));
    }
    if (guard.looksInside() && guard.ipip()) {
      rules.add(
          RuleSpec.of(
              "a member's own sources alone in IPIP",
              Expressions.ipProtocol(FirewallChains.IPPROTO_IPIP),
              Expressions.jump(Wrapping.IPIP.chain())));
    }
    return rules;
  }

  /** By the outer source, which IPIP has of the same families as what is inside. */
  private static List<RuleSpec> bySender(Wrapping wrapping, EncapsulationGuard guard) {
    var rules = new ArrayList<RuleSpec>();
    for (var family : wrapping.families()) {
      Map<IpAddress, String> chains = new TreeMap<>();
      for (int i = 0; i < guard.members().size(); i++) {
        var chain = wrapping.chain() + i;
        guard.members().get(i).addresses().stream()
            .filter(a -> a.family() == family)
            .forEach(a -> chains.put(a, chain));
      }
      if (!chains.isEmpty()) {
        rules.add(
            RuleSpec.of("by the member that sends", Expressions.jumpBySource(family, chains)));
      }
    }
    return rules;
  }

  private static List<Prefix> of(List<Prefix> prefixes, Family family) {
    return prefixes.stream().filter(p -> p.family() == family).toList();
  }
}
