package dev.weft.e2e.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The objects of {@code ip -j} and {@code nft -j}, a line each. Pure. */
final class JsonLines {
  /** What differs between two readings of the same, or between two makings of the same. */
  private static final Set<String> PASSING =
      Set.of("handle", "valid_life_time", "preferred_life_time", "expires", "tentative");

  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLines() {}

  /** In order for nftables, where it counts; sorted else. */
  static List<String> of(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    try {
      var tree = JSON.readTree(text);
      if (tree.path("nftables").isArray()) {
        return NftTables.withoutEmpty(tree.path("nftables").valueStream().toList()).stream()
            .map(JsonLines::line)
            .toList();
      }
      return tree.valueStream().map(JsonLines::line).sorted().toList();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not JSON: " + text, e);
    }
  }

  private static String line(JsonNode object) {
    try {
      return JSON.writeValueAsString(stable(object));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON of " + object, e);
    }
  }

  /** Timers, as of bridges and their ports, run by themselves. */
  private static boolean isPassing(String key) {
    return PASSING.contains(key) || key.endsWith("_timer");
  }

  private static Object stable(JsonNode node) {
    if (node instanceof ObjectNode object) {
      var sorted = new TreeMap<String, Object>();
      object
          .properties()
          .forEach(
              e -> {
                if (!isPassing(e.getKey())) {
                  sorted.put(e.getKey(), stable(e.getValue()));
                }
              });
      return sorted;
    }
    return node.isArray() ? node.valueStream().map(JsonLines::stable).toList() : node;
  }
}
