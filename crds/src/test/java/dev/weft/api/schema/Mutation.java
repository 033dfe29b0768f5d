package dev.weft.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One constraint taken out of a schema. Bounds are loosened by one instead: CEL's cost estimate
 * needs them, and a case at the very bound proves more.
 *
 * @param path of the constrained field, such as {@code spec.addresses[]}
 * @param type of the field
 * @param what the constraint
 * @param pointer JSON pointer of the field's schema
 * @param edit takes it out
 */
record Mutation(String path, String type, String what, String pointer, Consumer<ObjectNode> edit) {
  private static final Set<String> UPPER = Set.of("maximum", "maxLength", "maxItems");
  private static final Set<String> LOWER = Set.of("minimum", "minLength", "minItems");

  /** One mutation for each constraint of the schema. */
  static List<Mutation> of(JsonNode schema) {
    var mutations = new ArrayList<Mutation>();
    visit(schema, "", "", Set.of(), mutations);
    return mutations;
  }

  /**
   * Mutations that can be tried together, since none can hide another: one per field, and never of
   * a list and of its items. What concerns whole objects is tried alone.
   */
  static List<List<Mutation>> rounds(List<Mutation> mutations) {
    var rounds = new ArrayList<List<Mutation>>();
    mutations.stream().filter(m -> m.type.equals("object")).forEach(m -> rounds.add(List.of(m)));
    rounds.addAll(byField(mutations.stream().filter(m -> m.type.equals("array")).toList()));
    rounds.addAll(
        byField(
            mutations.stream()
                .filter(m -> !m.type.equals("array") && !m.type.equals("object"))
                .toList()));
    return rounds;
  }

  private static List<List<Mutation>> byField(List<Mutation> mutations) {
    var rounds = new ArrayList<List<Mutation>>();
    var rest = mutations;
    while (!rest.isEmpty()) {
      var paths = new HashSet<String>();
      var round = new ArrayList<Mutation>();
      var later = new ArrayList<Mutation>();
      rest.forEach(m -> (paths.add(m.path) ? round : later).add(m));
      rounds.add(round);
      rest = later;
    }
    return rounds;
  }

  /** Whether a case that fails in a round can only fail because of this mutation. */
  boolean isFeltBy(Case one) {
    var field = one.field().replaceAll("\\[[0-9]+]", "[]");
    return type.equals("object")
        || field.equals(path)
        || (type.equals("array") && field.equals(path + "[]"));
  }

  private static void visit(
      JsonNode at, String pointer, String path, Set<String> keys, List<Mutation> into) {
    Constraints own = new Constraints(at, pointer, path, into);
    UPPER.forEach(name -> own.whereHas(name, s -> step(s, name, 1)));
    LOWER.forEach(name -> own.whereHas(name, s -> step(s, name, -1)));
    own.whereHas("pattern", s -> s.remove("pattern"));
    own.whereHas("enum", s -> s.remove("enum"));
    if ("date-time".equals(at.path("format").asText())) {
      own.whereHas("format", s -> s.remove("format"));
    }
    if (Set.of("set", "map").contains(at.path("x-kubernetes-list-type").asText())) {
      own.whereHas(
          "x-kubernetes-list-type",
          s -> s.put("x-kubernetes-list-type", "atomic").remove("x-kubernetes-list-map-keys"));
    }
    own.elements("required", keys);
    own.elements("x-kubernetes-validations", Set.of());
    at.path("properties")
        .properties()
        .forEach(
            e ->
                visit(
                    e.getValue(),
                    pointer + "/properties/" + e.getKey(),
                    path.isEmpty() ? e.getKey() : path + "." + e.getKey(),
                    Set.of(),
                    into));
    if (at.has("items")) {
      var mapKeys = new HashSet<String>();
      at.path("x-kubernetes-list-map-keys").forEach(key -> mapKeys.add(key.asText()));
      visit(at.get("items"), pointer + "/items", path + "[]", mapKeys, into);
    }
  }

  private record Constraints(JsonNode at, String pointer, String path, List<Mutation> into) {
    void whereHas(String name, Consumer<ObjectNode> edit) {
      if (at.has(name)) {
        add(name, edit);
      }
    }

    /**
     * Each element of a list, but for map keys: no API server takes a CRD that doesn't have them.
     */
    void elements(String keyword, Set<String> but) {
      for (var i = 0; i < at.path(keyword).size(); i++) {
        var index = i;
        var element = at.get(keyword).get(i);
        if (!but.contains(element.asText())) {
          add(
              keyword + " " + (element.isTextual() ? element.asText() : element.get("rule")),
              s -> ((ArrayNode) s.get(keyword)).remove(index));
        }
      }
    }

    private void add(String what, Consumer<ObjectNode> edit) {
      into.add(new Mutation(path, at.path("type").asText(), what, pointer, edit));
    }
  }

  private static void step(ObjectNode schema, String name, int by) {
    schema.put(name, schema.get(name).asLong() + by);
  }

  /** Takes it out of a copy of the schema it was found in. */
  void takeOutOf(ObjectNode schema) {
    edit.accept((ObjectNode) (pointer.isEmpty() ? schema : schema.at(pointer)));
  }

  @Override
  public String toString() {
    return path + " without " + what;
  }
}
