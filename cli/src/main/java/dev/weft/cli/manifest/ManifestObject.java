package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * A Kubernetes object as read.
 *
 * @param source file it came from
 * @param json the object, with apiVersion and kind
 */
public record ManifestObject(String source, JsonNode json) {
  String apiVersion() {
    return json.path("apiVersion").asText();
  }

  String kind() {
    return json.path("kind").asText();
  }

  String name() {
    return json.path("metadata").path("name").asText();
  }

  String createdAt() {
    return json.path("metadata").path("creationTimestamp").asText("");
  }

  /** A map of strings such as metadata.labels; null values are left out. */
  Map<String, String> strings(String field) {
    var map = new HashMap<String, String>();
    json.path("metadata")
        .path(field)
        .properties()
        .forEach(
            e -> {
              if (e.getValue().isValueNode() && !e.getValue().isNull()) {
                map.put(e.getKey(), e.getValue().asText());
              }
            });
    return map;
  }
}
