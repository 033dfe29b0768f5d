package dev.weft.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/**
 * An object of the corpus.
 *
 * @param name unique
 * @param kind of the object
 * @param field that a refusal must name; empty: the object is valid
 * @param says part of the refusal's message
 * @param object what is created
 * @param change merge patch made to it; null: none. What is refused is the change if there is one,
 *     else the creation
 */
record Case(
    String name, String kind, String field, String says, ObjectNode object, JsonNode change) {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");
  private static final String ADDRESSES = "10.4.0.0/16";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REPEATED = Pattern.compile("\\{(.)\\*([0-9]+)}");
  private static final Map<String, String> LEAST =
      Map.of(
          "WireGuardMesh", "{\"spec\":{}}",
          "Peer", "{\"spec\":{}}",
          "NodeReport", "{\"spec\":{}}",
          "WireGuardNode", "{\"spec\":{\"mesh\":\"m\",\"location\":\"l\",\"role\":\"Member\"}}");

  /** All of {@code valid} or {@code invalid}. */
  static List<Case> load(String folder) {
    var cases = new ArrayList<Case>();
    try (var files = Files.list(CORPUS.resolve(folder))) {
      for (var file : files.sorted().toList()) {
        for (var document : new Yaml().loadAll(Files.readString(file))) {
          cases.addAll(read(String.valueOf(file.getFileName()), JSON.valueToTree(document)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  private static List<Case> read(String file, JsonNode document) {
    var kinds = document.path("kind");
    var cases = new ArrayList<Case>();
    for (var kind : kinds.isArray() ? kinds : JSON.createArrayNode().add(kinds)) {
      var name = (document.path("case").asText(file.replace(".yaml", "")) + "-" + kind.asText());
      cases.add(
          new Case(
              name.toLowerCase(java.util.Locale.ROOT),
              kind.asText(),
              document.path("field").asText(""),
              document.path("says").asText(""),
              (ObjectNode)
                  (document.has("object")
                      ? expanded(document.get("object"), 0)
                      : parsed(LEAST.getOrDefault(kind.asText(), "{}"))),
              document.has("status")
                  ? JSON.createObjectNode().set("status", document.get("status"))
                  : expanded(document.path("change"), 0)));
    }
    return cases;
  }

  /** Whether it is the change that is judged. */
  boolean hasChange() {
    return !change.isMissingNode();
  }

  /** The object, complete. */
  ObjectNode complete(String apiVersion) {
    var whole = object.deepCopy();
    whole.put("apiVersion", apiVersion);
    whole.put("kind", kind);
    if (kind.equals("WireGuardMesh") && whole.path("spec").isObject() && !isAboutAddresses()) {
      var addresses = whole.withObject("/spec").path("addresses");
      if (addresses.isMissingNode()) {
        whole.withObject("/spec").putArray("addresses").add(ADDRESSES);
      }
    }
    if (!whole.path("metadata").has("name")) {
      whole.withObject("/metadata").put("name", name);
    }
    return whole;
  }

  /** Cases of other fields do without the range that every mesh has to name. */
  private boolean isAboutAddresses() {
    return field.equals("spec.addresses");
  }

  @Override
  public String toString() {
    return name;
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Spells out what is written short: {@code {a*63}}, {@code {repeat: 65, item: …#…}}. */
  private static JsonNode expanded(JsonNode node, int index) {
    if (node.isTextual()) {
      return text(node.asText(), index);
    }
    if (node.isObject() && node.has("repeat")) {
      ArrayNode list = JSON.createArrayNode();
      for (var i = 0; i < node.get("repeat").asInt(); i++) {
        list.add(expanded(node.get("item"), i));
      }
      return list;
    }
    if (node.isArray()) {
      ArrayNode list = JSON.createArrayNode();
      node.forEach(item -> list.add(expanded(item, index)));
      return list;
    }
    if (node.isObject()) {
      ObjectNode object = JSON.createObjectNode();
      node.properties().forEach(e -> object.set(e.getKey(), expanded(e.getValue(), index)));
      return object;
    }
    return node;
  }

  private static JsonNode text(String text, int index) {
    if (text.equals("#int")) {
      return JsonNodeFactory.instance.numberNode(index);
    }
    var repeated = REPEATED.matcher(text);
    var spelledOut = repeated.replaceAll(m -> m.group(1).repeat(Integer.parseInt(m.group(2))));
    return JsonNodeFactory.instance.textNode(spelledOut.replace("#", Integer.toString(index)));
  }
}
