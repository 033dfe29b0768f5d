package dev.weft.api.schema;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Schema descriptions, taken from the javadoc of the API types: what {@code kubectl explain} says
 * is what the source says.
 */
final class Descriptions {
  private static final Path SOURCES = Path.of("src/main/java/dev/weft/api/v1alpha1");
  private static final Pattern JAVADOC = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile("@param\\s+(\\w+)\\s+(.*?)(?=@param|$)", Pattern.DOTALL);
  private static final Pattern COMPONENT =
      Pattern.compile("(?:List<(?:@\\w+(?:\\([^)]*\\))?\\s*)*)?(\\w+)>?\\s+(\\w+)[,)]");

  void describe(String kind, JSONSchemaProps root) {
    root.setDescription(summary(source(kind)));
    describeRecord(kind + "Spec", property(root, "spec"));
    if (root.getProperties().containsKey("status")
        && Files.exists(SOURCES.resolve(kind + "Status.java"))) {
      describeRecord(kind + "Status", property(root, "status"));
    }
  }

  private void describeRecord(String type, JSONSchemaProps schema) {
    var source = source(type);
    schema.setDescription(summary(source));
    var types = componentTypes(source);
    parameters(source)
        .forEach(
            (name, text) -> {
              var property = property(schema, name);
              var component = types.getOrDefault(name, "");
              if (Files.exists(SOURCES.resolve(component + ".java"))
                  && source(component).contains("record " + component)) {
                describeRecord(
                    component,
                    property.getItems() == null ? property : property.getItems().getSchema());
              }
              property.setDescription(text);
            });
  }

  private static Map<String, String> parameters(String source) {
    var parameters = new TreeMap<String, String>();
    var matcher = PARAMETER.matcher(plain(javadoc(source)));
    while (matcher.find()) {
      parameters.put(matcher.group(1), matcher.group(2).strip());
    }
    return parameters;
  }

  private static Map<String, String> componentTypes(String source) {
    var types = new TreeMap<String, String>();
    var from = source.indexOf("public record");
    var matcher = COMPONENT.matcher(source.substring(from, source.indexOf(") {", from) + 1));
    while (matcher.find()) {
      types.put(matcher.group(2), matcher.group(1));
    }
    return types;
  }

  private static String summary(String source) {
    var text = plain(javadoc(source));
    var at = text.indexOf("@param");
    return (at < 0 ? text : text.substring(0, at)).strip();
  }

  private static String javadoc(String source) {
    var matcher = JAVADOC.matcher(source);
    if (!matcher.find()) {
      throw new IllegalStateException("a type of the API without javadoc: " + source);
    }
    return matcher.group(1);
  }

  private static String plain(String javadoc) {
    return javadoc
        .replaceAll("(?m)^\\s*\\*", " ")
        .replaceAll("\\{@\\w+ ([^}]*)}", "$1")
        .replaceAll("</?p>", "")
        .replaceAll("\\s+", " ")
        .strip();
  }

  private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    var property = schema.getProperties() == null ? null : schema.getProperties().get(name);
    if (property == null) {
      throw new IllegalStateException("the schema has no field " + name);
    }
    return property;
  }

  private static String source(String type) {
    try {
      return Files.readString(SOURCES.resolve(type + ".java"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
