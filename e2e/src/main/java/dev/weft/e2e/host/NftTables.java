package dev.weft.e2e.host;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Objects of {@code nft -j list ruleset} that can do something to a packet. {@code iptables} of the
 * nft kind makes a table and the base chain that it was asked about, even if it only lists it; such
 * a chain accepts everything, and its rules, if there are any, are objects of their own. Pure.
 */
final class NftTables {
  private static final Set<String> IPTABLES = Set.of("filter", "nat", "mangle", "raw", "security");

  private record Table(String family, String name) {}

  private NftTables() {}

  static List<JsonNode> withoutEmpty(List<JsonNode> objects) {
    var all = objects.stream().filter(o -> !o.has("metainfo") && !isAcceptingBaseChain(o)).toList();
    var used =
        all.stream().filter(o -> !o.has("table")).map(NftTables::table).collect(Collectors.toSet());
    return all.stream().filter(o -> used.contains(table(o)) || !isOfIptables(o)).toList();
  }

  private static boolean isAcceptingBaseChain(JsonNode object) {
    var chain = object.path("chain");
    return isOfIptables(object)
        && chain.has("hook")
        && chain.path("policy").asText().equals("accept");
  }

  private static boolean isOfIptables(JsonNode object) {
    return !object.has("metainfo") && IPTABLES.contains(table(object).name());
  }

  private static Table table(JsonNode object) {
    var content = object.valueStream().findFirst().orElseThrow();
    return new Table(
        content.path("family").asText(),
        object.has("table") ? content.path("name").asText() : content.path("table").asText());
  }
}
