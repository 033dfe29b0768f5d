package dev.weft.cli.mesh;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which nodes a deleted mesh had, and which of their agents have begun to clean up. */
class DeparturesTest {
  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void nodesAreThoseOfTheMesh() throws IOException {
    var nodes =
        json(
            """
            {'items': [{'metadata': {'name': 'b'}, 'spec': {'mesh': 'weft'}},
              {'metadata': {'name': 'a'}, 'spec': {'mesh': 'weft'}},
              {'metadata': {'name': 'c'}, 'spec': {'mesh': 'other'}}]}
            """);
    assertEquals(List.of("a", "b"), Departures.nodes(nodes, "weft"));
  }

  @Test
  void agentHasBegunWhenItsReportHasTheConditionCleanWhateverItsStatus() throws IOException {
    var reports =
        json(
            """
            {'items': [
              {'metadata': {'name': 'a'}, 'spec': {'conditions': [{'type': 'Clean', 'status': 'False'}]}},
              {'metadata': {'name': 'b'}, 'spec': {'conditions': [{'type': 'Clean', 'status': 'True'}]}},
              {'metadata': {'name': 'c'}, 'spec': {'conditions': [{'type': 'CNI', 'status': 'True'}]}},
              {'metadata': {'name': 'd'}, 'spec': {}}]}
            """);
    assertEquals(
        List.of("c", "d", "without"),
        Departures.notBegun(List.of("a", "b", "c", "d", "without"), reports));
  }
}
