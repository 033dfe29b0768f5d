package dev.weft.mesh.desired;

import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The named sets of the packet filter, aggregated, so that what is read back equals what was
 * written.
 *
 * <p>{@code mesh4}, {@code mesh6}, {@code own4}, {@code own6}, {@code tracked4}, {@code tracked6};
 * where encapsulated packets are received {@code encap4} and {@code encap6}, their senders; {@code
 * direct4}, {@code direct6}, {@code pods4}, {@code pods6}, {@code closed4} and {@code closed6}
 * where connections are distinguished or packets held back; where others leave the cluster {@code
 * refused4}, {@code refused6}, {@code open4} and {@code open6}; for the masquerade rule at index i
 * {@code nat<i>_source}, {@code nat<i>_destination}, {@code nat<i>_except}, of the rule's family.
 * Empty sets are there, too, but for a rule's destination, which is absent where the rule takes
 * any.
 */
public final class FirewallSets {
  private FirewallSets() {}

  /** Elements by set name. */
  public static Map<String, List<Prefix>> of(DesiredFirewall firewall) {
    var sets = new TreeMap<String, List<Prefix>>();
    byFamily(sets, "mesh", firewall.meshPrefixes());
    byFamily(sets, "own", firewall.ownPrefixes());
    byFamily(sets, "tracked", firewall.trackedPrefixes());
    if (firewall.guard().isActive()) {
      byFamily(sets, "encap", firewall.guard().senders());
    }
    if (firewall.direct().tellsCallers()) {
      byFamily(sets, "direct", firewall.direct().sources());
    }
    if (firewall.host().guardsPods()) {
      byFamily(sets, "pods", firewall.host().podSources());
    }
    if (firewall.host().closes()) {
      byFamily(sets, "closed", firewall.host().closed());
    }
    if (firewall.exit().isActive()) {
      byFamily(sets, "refused", firewall.exit().refused());
      byFamily(sets, "open", firewall.exit().open());
    }
    for (int i = 0; i < firewall.masquerade().size(); i++) {
      var rule = firewall.masquerade().get(i);
      sets.put("nat" + i + "_source", Aggregation.of(rule.source()));
      if (!rule.destination().isEmpty()) {
        sets.put("nat" + i + "_destination", Aggregation.of(rule.destination()));
      }
      sets.put("nat" + i + "_except", Aggregation.of(rule.except()));
    }
    return sets;
  }

  /** The family of a set's elements: that of its rule, or by the name's last digit. */
  public static Family family(String set, DesiredFirewall firewall) {
    if (set.startsWith("nat")) {
      int index = Integer.parseInt(set.substring(3, set.indexOf('_')));
      return firewall.masquerade().get(index).family();
    }
    return set.endsWith("6") ? Family.IPV6 : Family.IPV4;
  }

  private static void byFamily(Map<String, List<Prefix>> sets, String name, List<Prefix> prefixes) {
    sets.put(name + "4", family(prefixes, Family.IPV4));
    sets.put(name + "6", family(prefixes, Family.IPV6));
  }

  private static List<Prefix> family(List<Prefix> prefixes, Family family) {
    return Aggregation.of(prefixes.stream().filter(p -> p.family() == family).toList());
  }
}
