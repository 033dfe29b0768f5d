package dev.weft.e2e.host;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tables of {@code nft -j list ruleset}. One of iptables' names with nothing but empty base chains
 * that accept is what {@code iptables} of the nft kind leaves of a table, and filters nothing.
 * Pure.
 */
final class NftTables {
  private static final Set<String> IPTABLES = Set.of("filter", "nat", "mangle", "raw", "security");

  private record Table(String family, String name) {}

  private NftTables() {}

  static List<JsonNode> withoutEmpty(List<JsonNode> objects) {
    var all = objects.stream().filter(o -> !o.has("metainfo")).toList();
    var used =
        all.stream().filter(o -> !isEmptyPart(o)).map(NftTables::table).collect(Collectors.toSet());
    return all.stream()
        .filter(o -> used.contains(table(o)) || !IPTABLES.contains(table(o).name()))
        .toList();
  }

  private static boolean isEmptyPart(JsonNode object) {
    var chain = object.path("chain");
    return object.has("table")
        || (chain.has("hook") && chain.path("policy").asText().equals("accept"));
  }

  private static Table table(JsonNode object) {
    var content = object.valueStream().findFirst().orElseThrow();
    return new Table(
        content.path("family").asText(),
        object.has("table") ? content.path("name").asText() : content.path("table").asText());
  }
}
