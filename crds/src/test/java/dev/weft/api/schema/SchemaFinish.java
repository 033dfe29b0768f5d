package dev.weft.api.schema;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.ParameterizedType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What annotations can't say: list types and map keys, descriptions, defaults of whole objects, the
 * bounds of Kubernetes' own types, and that what the operator records as effective isn't judged
 * again.
 */
final class SchemaFinish {
  private static final Map<String, List<String>> MAP_KEYS =
      Map.of(
          "conditions", List.of("type"),
          "devices", List.of("lane", "generation"),
          "observedEndpoints", List.of("publicKey"),
          "locations", List.of("name"),
          "gatewayStates", List.of("node"),
          "links", List.of("name"),
          "egress", List.of("name"));

  /** Selectors, and what they select. */
  private static final Map<String, String> SELECTORS =
      Map.of(
          "nodeSelector", "Node",
          "preferredGateways", "Node",
          "excludedGateways", "Node",
          "namespaceSelector", "Namespace",
          "podSelector", "Pod");

  private SchemaFinish() {}

  static void finish(CustomResourceDefinition crd, Class<?> type) {
    var kind = crd.getSpec().getNames().getKind();
    var columns = columns(type);
    crd.getMetadata().setLabels(new TreeMap<>(Map.of("app.kubernetes.io/part-of", "weft")));
    for (var version : crd.getSpec().getVersions()) {
      version
          .getAdditionalPrinterColumns()
          .sort(Comparator.comparingInt(column -> columns.indexOf(column.getName())));
      var root = version.getSchema().getOpenAPIV3Schema();
      var spec = requireNonNull(root.getProperties().get("spec"), kind);
      var status = root.getProperties().get("status");
      new Descriptions().describe(kind, root);
      ItemRules.add(argument(type, 0), spec);
      walk(spec);
      if (!defaults(spec)) {
        root.setRequired(List.of("spec"));
      }
      if (status == null || status.getProperties() == null || status.getProperties().isEmpty()) {
        version.setSubresources(null);
        root.getProperties().remove("status");
        continue;
      }
      walk(status);
      var effective = status.getProperties().get("effective");
      if (effective != null) {
        loosen(effective);
      }
    }
  }

  private static Class<?> argument(Class<?> type, int index) {
    return (Class<?>)
        ((ParameterizedType) type.getGenericSuperclass()).getActualTypeArguments()[index];
  }

  private static List<String> columns(Class<?> type) {
    return Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
        .map(AdditionalPrinterColumn::name)
        .toList();
  }

  /** The generator finds a record component's rule twice: at its field and at its accessor. */
  private static void onceEach(JSONSchemaProps schema) {
    if (schema.getXKubernetesValidations() != null) {
      schema.setXKubernetesValidations(
          schema.getXKubernetesValidations().stream().distinct().toList());
    }
  }

  private static void walk(JSONSchemaProps schema) {
    schema.setNullable(null);
    onceEach(schema);
    if (schema.getProperties() == null) {
      return;
    }
    schema
        .getProperties()
        .forEach(
            (name, property) -> {
              if (SELECTORS.containsKey(name)) {
                ForeignTypes.labelSelector(property, SELECTORS.get(name));
              } else if ("array".equals(property.getType())) {
                list(name, property);
              } else {
                walk(property);
              }
            });
  }

  private static void list(String name, JSONSchemaProps list) {
    var item = list.getItems().getSchema();
    list.setNullable(null);
    onceEach(list);
    if ("conditions".equals(name)) {
      ForeignTypes.condition(item);
    } else {
      walk(item);
    }
    if ("locations".equals(name) && item.getProperties() != null) {
      item.getProperties().entrySet().stream()
          .filter(p -> SELECTORS.containsKey(p.getKey()))
          .forEach(p -> ForeignTypes.boundLabels(p.getValue()));
    }
    var keys = MAP_KEYS.get(name);
    if (keys != null && "object".equals(item.getType())) {
      list.setXKubernetesListType("map");
      list.setXKubernetesListMapKeys(keys);
    } else {
      list.setXKubernetesListType("object".equals(item.getType()) ? "atomic" : listType(name));
    }
  }

  /** Order matters in endpoints (candidates, best first) and addresses; else a list is a set. */
  private static String listType(String name) {
    return switch (name) {
      case "endpoints", "observedEndpoints", "addresses", "dns", "clientDNS" -> "atomic";
      default -> "set";
    };
  }

  /**
   * An object all of whose fields are optional, and one of which has a default, is never absent.
   * Its default is spelled out, since the model drops an empty one.
   */
  private static boolean defaults(JSONSchemaProps schema) {
    if (schema.getProperties() == null || schema.getProperties().isEmpty()) {
      return schema.getDefault() != null;
    }
    var whole = JsonNodeFactory.instance.objectNode();
    schema
        .getProperties()
        .forEach(
            (name, property) -> {
              if (defaults(property)) {
                whole.set(name, property.getDefault());
              }
            });
    if (whole.isEmpty() || (schema.getRequired() != null && !schema.getRequired().isEmpty())) {
      return false;
    }
    schema.setDefault(whole);
    return true;
  }

  /** Takes away all that refuses or fills in; keeps names, types and descriptions. */
  private static void loosen(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(null);
    schema.setDefault(null);
    schema.setRequired(null);
    schema.setEnum(null);
    schema.setPattern(null);
    schema.setMinimum(null);
    schema.setMaximum(null);
    schema.setMinLength(null);
    schema.setMaxLength(null);
    schema.setMinItems(null);
    schema.setMaxItems(null);
    schema.setMaxProperties(null);
    schema.setXKubernetesListType("array".equals(schema.getType()) ? "atomic" : null);
    schema.setXKubernetesListMapKeys(null);
    if (schema.getItems() != null) {
      loosen(schema.getItems().getSchema());
    }
    if (schema.getProperties() != null) {
      schema.getProperties().values().forEach(SchemaFinish::loosen);
    }
  }
}
