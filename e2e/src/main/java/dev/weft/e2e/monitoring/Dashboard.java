package dev.weft.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Grafana dashboard.
 *
 * @param name of its file
 * @param json as Grafana imports it
 */
public record Dashboard(String name, JsonNode json) {
  /** A query of a panel. */
  public record Query(String panel, String expr) {
    /** With a dashboard's variables replaced, longest names first. */
    public Query with(Map<String, String> variables) {
      var text = expr;
      for (var name :
          variables.keySet().stream()
              .sorted((a, b) -> Integer.compare(b.length(), a.length()))
              .toList()) {
        text = text.replace("$" + name, variables.get(name));
      }
      return new Query(panel, text);
    }
  }

  /** Reads a file. */
  public static Dashboard read(Path file) {
    try {
      return new Dashboard(
          String.valueOf(file.getFileName()), new ObjectMapper().readTree(file.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The queries of all panels, in order. */
  public List<Query> queries() {
    var queries = new ArrayList<Query>();
    for (var panel : json.path("panels")) {
      for (var target : panel.path("targets")) {
        queries.add(new Query(panel.path("title").asText(), target.path("expr").asText()));
      }
    }
    return List.copyOf(queries);
  }
}
