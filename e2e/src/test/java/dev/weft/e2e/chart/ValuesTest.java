package dev.weft.e2e.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Values, their comments, their schema and their page say the same. */
final class ValuesTest {
  private static final Path PAGE = Charts.REPOSITORY.resolve("docs/values.md");
  private static final Pattern LINE = Pattern.compile("( *)(?:# ?(.*)|([A-Za-z0-9]+):.*)");
  private final JsonNode values = Charts.read(Charts.WEFT.resolve("values.yaml"));
  private final JsonNode schema = Charts.read(Charts.WEFT.resolve("values.schema.json"));

  @Test
  void everyValueHasAnEntryInTheSchemaAndNoEntryIsWithoutValue() {
    var inSchema = new TreeSet<>(entries(schema, "").keySet());
    inSchema.remove("global");
    assertEquals(new TreeSet<>(comments().keySet()), inSchema);
  }

  @Test
  void commentsAreTheSchemasDescriptions() {
    var entries = entries(schema, "");
    comments()
        .forEach(
            (path, comment) ->
                assertEquals(
                    Objects.requireNonNull(entries.get(path), path).path("description").asText(),
                    comment,
                    path));
  }

  @Test
  void theSchemaLetsNothingUnknownIn() {
    entries(schema, "")
        .forEach(
            (path, entry) -> {
              if (entry.has("properties")) {
                assertFalse(entry.path("additionalProperties").asBoolean(true), path);
              }
            });
    assertFalse(schema.path("additionalProperties").asBoolean(true));
  }

  /** To write it anew: {@code -Dweft.golden.write=true}. */
  @Test
  void thePageIsMadeOfTheSchema() {
    var page =
        new StringBuilder(
            """
            # Values of the chart

            Made from `helm/weft/values.schema.json` and `values.yaml`; a value that isn't here is refused. Sets of values for kinds of
            clusters are in `helm/weft/presets`; see [install](install.md).

            | value | default | meaning |
            |---|---|---|
            """);
    entries(schema, "")
        .forEach(
            (path, entry) -> {
              var value = values.at("/" + path.replace('.', '/'));
              if (!value.isMissingNode()) {
                boolean section = entry.has("properties");
                page.append(
                    "| `%s` | %s | %s |\n"
                        .formatted(
                            path,
                            section ? "" : "`" + value + "`",
                            entry.path("description").asText().replace("|", "\\|")));
              }
            });
    Charts.writeIfAsked(PAGE, page.toString());
    assertEquals(Charts.text(PAGE), page.toString(), "run with -Dweft.golden.write=true");
  }

  /** The entries of a schema by dotted path, those that are sections before what is in them. */
  private static Map<String, JsonNode> entries(JsonNode schema, String prefix) {
    var entries = new LinkedHashMap<String, JsonNode>();
    schema
        .path("properties")
        .properties()
        .forEach(
            entry -> {
              var path = prefix + entry.getKey();
              entries.put(path, entry.getValue());
              if (!path.endsWith(".resources")) { // Kubernetes' own
                entries.putAll(entries(entry.getValue(), path + "."));
              }
            });
    return entries;
  }

  /** The comment before each key of values.yaml, by dotted path; empty where there is none. */
  private static Map<String, String> comments() {
    var comments = new LinkedHashMap<String, String>();
    var path = new ArrayList<String>();
    var pending = new ArrayList<String>();
    int inside = Integer.MAX_VALUE; // depth of a value that is Kubernetes' own
    for (var line : Charts.text(Charts.WEFT.resolve("values.yaml")).lines().toList()) {
      var matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        pending.clear();
        continue;
      }
      if (matcher.group(3) == null) {
        pending.add(matcher.group(2));
        continue;
      }
      int depth = matcher.group(1).length() / 2;
      if (depth > inside) {
        continue;
      }
      path.subList(depth, path.size()).clear();
      path.add(matcher.group(3));
      comments.put(String.join(".", path), String.join(" ", pending));
      inside = List.of("resources").contains(matcher.group(3)) ? depth : Integer.MAX_VALUE;
      pending.clear();
    }
    return comments;
  }
}
