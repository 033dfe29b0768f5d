package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a JSON tree that a type of ours does not have. The tree is walked beside the type,
 * since a parser of buffered values has lost the path.
 */
public final class UnknownFields {
  private final ObjectMapper json;
  private final List<String> found = new ArrayList<>();

  private UnknownFields(ObjectMapper json) {
    this.json = json;
  }

  /** Paths such as {@code .devices[0].lanes}, in the order of the text. */
  public static List<String> of(ObjectMapper json, JsonNode value, Class<? extends Record> type) {
    var unknown = new UnknownFields(json);
    unknown.walk("", value, json.constructType(type));
    return unknown.found;
  }

  private void walk(String path, JsonNode value, JavaType type) {
    if (type.isCollectionLikeType()) {
      for (int i = 0; i < value.size() && value.isArray(); i++) {
        walk(path + "[" + i + "]", value.get(i), type.getContentType());
      }
    } else if (type.isMapLikeType()) {
      value
          .properties()
          .forEach(e -> walk(path + "." + e.getKey(), e.getValue(), type.getContentType()));
    } else if (Record.class.isAssignableFrom(type.getRawClass())) {
      var known = properties(type);
      for (var field : value.properties()) {
        var fieldPath = path + "." + field.getKey();
        var fieldType = known.get(field.getKey());
        if (fieldType == null) {
          found.add(fieldPath);
        } else {
          walk(fieldPath, field.getValue(), fieldType);
        }
      }
    }
  }

  private Map<String, JavaType> properties(JavaType type) {
    var properties = new HashMap<String, JavaType>();
    json.getDeserializationConfig()
        .introspect(type)
        .findProperties()
        .forEach(p -> properties.put(p.getName(), p.getPrimaryType()));
    return properties;
  }
}
