package dev.weft.cli.drain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.cli.InputException;
import dev.weft.cli.cluster.Api;
import dev.weft.cli.cluster.ApiRefusal;
import dev.weft.cli.cluster.Paths;

/** The annotation of a Node that takes the role of a gateway off it. */
final class DrainAnnotation {
  static final String NAME = "weft.dev/drain";

  private static final int NOT_FOUND = 404;

  private DrainAnnotation() {}

  /**
   * The Node.
   *
   * @throws InputException if there is none of that name
   */
  static JsonNode node(Api api, String name) {
    try {
      return api.get(Paths.node(name));
    } catch (ApiRefusal e) {
      throw new InputException(
          e.code() == NOT_FOUND
              ? "there is no Node '%s'; 'kubectl get nodes' lists them".formatted(name)
              : "Node %s can't be read: %s".formatted(name, e.getMessage()));
    }
  }

  static boolean isSet(JsonNode node) {
    return node.path("metadata").path("annotations").path(NAME).asText().equals("true");
  }

  static boolean isCordoned(JsonNode node) {
    return node.path("spec").path("unschedulable").asBoolean(false);
  }

  static void set(Api api, String name) {
    merge(api, name, patch().put(NAME, "true"));
  }

  static void remove(Api api, String name) {
    merge(api, name, patch().putNull(NAME));
  }

  private static ObjectNode patch() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static void merge(Api api, String name, ObjectNode annotations) {
    var patch = patch();
    patch.putObject("metadata").set("annotations", annotations);
    try {
      var _ = api.merge(Paths.node(name), patch);
    } catch (ApiRefusal e) {
      throw new InputException("Node %s can't be annotated: %s".formatted(name, e.getMessage()));
    }
  }
}
