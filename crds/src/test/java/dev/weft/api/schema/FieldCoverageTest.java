package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of every schema is set by a valid object of the corpus. */
final class FieldCoverageTest {

  @ParameterizedTest
  @ValueSource(strings = {"WireGuardMesh", "Peer", "WireGuardNode", "NodeReport"})
  void everyFieldIsSetByAValidObject(String kind) {
    var fields = new TreeSet<String>();
    for (var crd : Crds.checkedIn().values()) {
      if (crd.getSpec().getNames().getKind().equals(kind)) {
        schemaFields(
            crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema(), "", fields);
      }
    }
    var set = new TreeSet<String>();
    for (var one : Case.load("valid")) {
      if (one.kind().equals(kind)) {
        for (JsonNode part : List.of(one.object(), one.change())) {
          objectFields(part, "", set);
        }
      }
    }
    fields.removeAll(set);
    fields.remove("apiVersion");
    fields.remove("kind");
    fields.remove("metadata");
    assertEquals(Set.of(), fields);
  }

  private static void schemaFields(JSONSchemaProps schema, String path, Set<String> into) {
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach(
              (name, property) -> {
                into.add(path + name);
                schemaFields(property, path + name + ".", into);
              });
    }
    if (schema.getItems() != null) {
      schemaFields(schema.getItems().getSchema(), path, into);
    }
  }

  private static void objectFields(JsonNode node, String path, Set<String> into) {
    node.properties()
        .forEach(
            e -> {
              into.add(path + e.getKey());
              objectFields(e.getValue(), path + e.getKey() + ".", into);
            });
    if (node.isArray()) {
      node.forEach(item -> objectFields(item, path, into));
    }
  }
}
