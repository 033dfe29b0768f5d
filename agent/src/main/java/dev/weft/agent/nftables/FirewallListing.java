package dev.weft.agent.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Our table as {@code nft -j list table} prints it.
 *
 * @param sets elements by name, aggregated
 * @param setTypes element type by set name
 * @param chains attributes of each chain, without handle
 * @param comments comments of the rules by chain, in order
 * @param rules all rules without handles and counters, in order, as text
 */
record FirewallListing(
    Map<String, List<Prefix>> sets,
    Map<String, String> setTypes,
    Map<String, JsonNode> chains,
    Map<String, List<String>> comments,
    List<String> rules) {
  static FirewallListing parse(List<JsonNode> objects) {
    var listing =
        new FirewallListing(
            new HashMap<>(),
            new HashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new ArrayList<>());
    for (var object : objects) {
      listing.add(object);
    }
    return listing;
  }

  private void add(JsonNode object) {
    if (object.get("set") instanceof ObjectNode set) {
      var name = set.path("name").asText();
      sets.put(name, elements(set.path("elem")));
      setTypes.put(name, set.path("type").asText());
    } else if (object.get("chain") instanceof ObjectNode chain) {
      chains.put(chain.path("name").asText(), chain.without("handle"));
      comments.computeIfAbsent(chain.path("name").asText(), n -> new ArrayList<>());
    } else if (object.get("rule") instanceof ObjectNode rule) {
      comments
          .computeIfAbsent(rule.path("chain").asText(), n -> new ArrayList<>())
          .add(rule.path("comment").asText());
      rules.add(rule.without("handle").toString());
    }
  }

  /** Whether chains, rules and the kinds of sets are those wanted; elements aside. */
  boolean isIntact(DesiredFirewall wanted) {
    var specs = FirewallChains.of(wanted);
    var names = specs.stream().map(ChainSpec::name).toList();
    return chains.keySet().equals(java.util.Set.copyOf(names))
        && specs.stream().allMatch(this::has)
        && setTypes.equals(types(wanted));
  }

  private boolean has(ChainSpec spec) {
    return spec.toJson().path("chain").equals(chains.get(spec.name()))
        && spec.rules().stream().map(RuleSpec::comment).toList().equals(comments.get(spec.name()));
  }

  private static Map<String, String> types(DesiredFirewall wanted) {
    var types = new HashMap<String, String>();
    for (var name : FirewallSets.of(wanted).keySet()) {
      boolean four = FirewallSets.family(name, wanted) == Family.IPV4;
      types.put(name, four ? "ipv4_addr" : "ipv6_addr");
    }
    return types;
  }

  private static List<Prefix> elements(JsonNode elements) {
    var prefixes = new ArrayList<Prefix>();
    for (var element : elements) {
      addElement(prefixes, element);
    }
    return Aggregation.of(prefixes);
  }

  private static void addElement(List<Prefix> prefixes, JsonNode element) {
    if (element.isTextual()) {
      prefixes.add(Prefix.host(IpAddress.parse(element.asText())));
    } else if (element.has("prefix")) {
      var prefix = element.get("prefix");
      prefixes.add(
          Prefix.of(IpAddress.parse(prefix.path("addr").asText()), prefix.path("len").asInt()));
    } else if (element.has("range")) {
      var range = element.get("range");
      prefixes.addAll(
          AddressRange.prefixes(
              IpAddress.parse(range.path(0).asText()), IpAddress.parse(range.path(1).asText())));
    } else if (element.has("elem")) {
      addElement(prefixes, element.get("elem").path("val"));
    }
  }
}
