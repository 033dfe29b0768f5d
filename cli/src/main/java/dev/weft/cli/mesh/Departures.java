package dev.weft.cli.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What NodeReports say about the clean-up of nodes whose mesh is deleted. Pure. */
final class Departures {
  private Departures() {}

  /** Names of a mesh's nodes, sorted. */
  static List<String> nodes(JsonNode wireGuardNodes, String mesh) {
    return items(wireGuardNodes)
        .filter(node -> node.at("/spec/mesh").asText().equals(mesh))
        .map(Departures::name)
        .sorted()
        .toList();
  }

  /** Which of the nodes have no condition {@code Clean} yet: their agents have not begun. */
  static List<String> notBegun(List<String> nodes, JsonNode nodeReports) {
    var begun =
        items(nodeReports)
            .filter(report -> hasClean(report.at("/spec/conditions")))
            .map(Departures::name)
            .collect(Collectors.toSet());
    return nodes.stream().filter(node -> !begun.contains(node)).toList();
  }

  private static boolean hasClean(JsonNode conditions) {
    return StreamSupport.stream(conditions.spliterator(), false)
        .anyMatch(condition -> condition.path("type").asText().equals("Clean"));
  }

  private static Stream<JsonNode> items(JsonNode list) {
    return StreamSupport.stream(list.path("items").spliterator(), false);
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }
}
