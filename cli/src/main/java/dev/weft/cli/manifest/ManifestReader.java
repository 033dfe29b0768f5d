package dev.weft.cli.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weft.cli.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads files of several YAML or JSON documents and Kubernetes Lists. */
public final class ManifestReader {
  private final ObjectMapper json =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();
  private final List<ManifestObject> objects = new ArrayList<>();

  /**
   * The objects of all files in order.
   *
   * @param files paths; {@code -} is standard input
   * @throws InputException if a file can't be read or isn't YAML
   */
  public static List<ManifestObject> read(List<String> files, InputStream standardInput) {
    var reader = new ManifestReader();
    for (var file : files) {
      reader.readFile(file, standardInput);
    }
    return reader.objects;
  }

  private void readFile(String file, InputStream standardInput) {
    String text;
    try {
      text =
          file.equals("-")
              ? new String(standardInput.readAllBytes(), StandardCharsets.UTF_8)
              : Files.readString(Path.of(file));
    } catch (IOException | java.nio.file.InvalidPathException e) {
      throw new InputException(
          file
              + ": can't be read ("
              + e.getClass().getSimpleName()
              + "); name a file of manifests, or - for standard input");
    }
    for (var document : documents(file, withoutMark(text))) {
      add(file, document);
    }
  }

  /**
   * What begins like JSON is read as JSON, one value after the other, since YAML takes neither its
   * tabs nor its control characters; if it is none, it may still be YAML in flow style.
   */
  private List<JsonNode> documents(String file, String text) {
    var start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return YamlDocuments.read(file, text);
    }
    try (var values = json.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      return values.readAll();
    } catch (JsonProcessingException e) {
      try {
        return YamlDocuments.read(file, text);
      } catch (InputException yaml) {
        var at = e.getLocation();
        throw new InputException(
            "%s: neither JSON nor YAML at line %d, column %d: %s"
                .formatted(
                    file, at.getLineNr(), at.getColumnNr(), firstLine(e.getOriginalMessage())),
            yaml);
      }
    } catch (IOException e) {
      throw new InputException(file + ": " + firstLine(String.valueOf(e.getMessage())));
    }
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private void add(String file, JsonNode document) {
    if (document.isNull() || document.isMissingNode()) {
      return; // an empty document between two ---
    }
    if (!document.isObject()) {
      throw new InputException(
          file
              + ": a document is no Kubernetes object but a "
              + document.getNodeType().toString().toLowerCase(java.util.Locale.ROOT));
    }
    var items = document.path("items");
    if (document.path("kind").asText().endsWith("List") && items.isArray()) {
      items.forEach(item -> add(file, inherit(document, item)));
      return;
    }
    objects.add(new ManifestObject(file, document));
  }

  /** Items of a typed List (NodeList) need not repeat their kind. */
  private static JsonNode inherit(JsonNode list, JsonNode item) {
    var listKind = list.path("kind").asText();
    if (item instanceof com.fasterxml.jackson.databind.node.ObjectNode object
        && !object.hasNonNull("kind")
        && listKind.length() > 4) {
      object.put("kind", listKind.substring(0, listKind.length() - 4));
      object.put("apiVersion", list.path("apiVersion").asText());
    }
    return item;
  }

  static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
