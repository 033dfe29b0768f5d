package dev.weft.api.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An object read from a file means the same as one that the API server has defaulted. */
final class SchemaDefaultsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final KubernetesSerialization FABRIC8 = new KubernetesSerialization();
  private static final Map<String, Class<? extends HasMetadata>> TYPES =
      Map.of(
          "WireGuardMesh", WireGuardMesh.class,
          "WireGuardNode", WireGuardNode.class,
          "NodeReport", NodeReport.class,
          "Peer", Peer.class);

  @Test
  void aMeshSpecWithItsAddressesAloneIsTheDefault() {
    var alone = JSON.createObjectNode();
    alone.withObject("/spec").putArray("addresses").add("10.4.0.0/16");
    var defaulted = defaulted("WireGuardMesh", alone);
    var mesh = (WireGuardMesh) read("WireGuardMesh", defaulted);
    assertEquals(WireGuardMeshSpec.DEFAULT, mesh.getSpec());
  }

  @ParameterizedTest
  @ValueSource(strings = {"WireGuardMesh", "Peer", "WireGuardNode", "NodeReport"})
  void schemaAndConstructorsDefaultAlike(String kind) {
    for (var one : Case.load("valid")) {
      if (one.kind().equals(kind)) {
        var whole = one.complete("weft.dev/v1alpha1");
        assertEquals(
            FABRIC8.asJson(read(kind, whole)), FABRIC8.asJson(read(kind, defaulted(kind, whole))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"WireGuardMesh", "Peer", "WireGuardNode", "NodeReport"})
  void constructorsAddNoDefaultThatTheSchemaLacks(String kind) {
    for (var one : Case.load("valid")) {
      if (one.kind().equals(kind)) {
        var defaulted = defaulted(kind, one.complete("weft.dev/v1alpha1"));
        var constructed = parsed(FABRIC8.asJson(read(kind, defaulted)));
        assertEquals(defaulted.get("spec"), constructed.get("spec"), one.name());
      }
    }
  }

  private static HasMetadata read(String kind, JsonNode object) {
    return FABRIC8.unmarshal(object.toString(), TYPES.get(kind));
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode defaulted(String kind, JsonNode object) {
    for (var crd : Crds.checkedIn().values()) {
      if (crd.getSpec().getNames().getKind().equals(kind)) {
        var copy = object.deepCopy();
        JsonNode schema = JSON.valueToTree(crd);
        apply(schema.at("/spec/versions/0/schema/openAPIV3Schema"), copy);
        return copy;
      }
    }
    throw new IllegalArgumentException(kind);
  }

  /** Defaulting as the API server does it for structural schemas. */
  private static void apply(JsonNode schema, JsonNode value) {
    if (value instanceof ObjectNode object) {
      schema
          .path("properties")
          .properties()
          .forEach(
              e -> {
                if (!object.has(e.getKey()) && e.getValue().has("default")) {
                  object.set(e.getKey(), e.getValue().get("default").deepCopy());
                }
                if (object.has(e.getKey())) {
                  apply(e.getValue(), object.get(e.getKey()));
                }
              });
    }
    if (value.isArray()) {
      value.forEach(item -> apply(schema.path("items"), item));
    }
  }
}
