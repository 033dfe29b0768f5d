package dev.weft.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Arrays;
import java.util.List;

/** Schemas of Kubernetes' own types that the API embeds, with the bounds that Kubernetes gives. */
final class ForeignTypes {
  private ForeignTypes() {}

  /** {@code metav1.Condition}. */
  static void condition(JSONSchemaProps item) {
    item.setDescription("What is known about one aspect of the object.");
    item.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
    var properties = item.getProperties();
    bounded(property(item, "type"), 1, 316);
    bounded(property(item, "reason"), 1, 1024);
    property(item, "reason").setPattern("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$");
    property(item, "status").setEnum(texts("True", "False", "Unknown"));
    property(item, "message").setMaxLength(32768L);
    property(item, "lastTransitionTime").setFormat("date-time");
    property(item, "observedGeneration").setFormat("int64");
    property(item, "observedGeneration").setMinimum(0d);
    properties.values().forEach(property -> property.setNullable(null));
    property(item, "type").setDescription("aspect, in CamelCase; once per object");
    property(item, "status").setDescription("True, False or Unknown");
    property(item, "reason").setDescription("why, for programs");
    property(item, "message").setDescription("why, for people: cause, other party and fix");
    property(item, "lastTransitionTime").setDescription("when status changed last");
    property(item, "observedGeneration").setDescription("metadata.generation that was judged");
  }

  /** {@code metav1.LabelSelector}. */
  static void labelSelector(JSONSchemaProps selector, String kind) {
    selector.setNullable(null);
    property(selector, "matchLabels").setDescription("labels that a " + kind + " must have");
    var expressions = property(selector, "matchExpressions");
    expressions.setDescription("requirements that a " + kind + " must meet, all of them");
    expressions.setMaxItems(32L);
    expressions.setXKubernetesListType("atomic");
    var expression = expressions.getItems().getSchema();
    expression.setRequired(List.of("key", "operator"));
    property(expression, "key").setDescription("label");
    property(expression, "operator").setDescription("how the label is compared with the values");
    property(expression, "operator").setEnum(texts("In", "NotIn", "Exists", "DoesNotExist"));
    property(expression, "values").setDescription("for In and NotIn only");
    property(expression, "values").setXKubernetesListType("atomic");
  }

  /** Bounds what a CEL rule goes through; bounds of released fields can't be narrowed. */
  static void boundLabels(JSONSchemaProps selector) {
    property(selector, "matchLabels").setMaxProperties(16L);
    var expressions = property(selector, "matchExpressions");
    expressions.setMaxItems(16L);
    bounded(property(expressions.getItems().getSchema(), "key"), 1, 317);
  }

  private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    return java.util.Objects.requireNonNull(schema.getProperties().get(name), name);
  }

  private static void bounded(JSONSchemaProps property, long min, long max) {
    property.setMinLength(min);
    property.setMaxLength(max);
  }

  private static List<JsonNode> texts(String... values) {
    return Arrays.stream(values).<JsonNode>map(TextNode::valueOf).toList();
  }
}
