package dev.weft.api.reference;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Markdown from CRDs: each kind with all of its fields, what they may hold, and their rules. */
final class ApiReference {
  private static final List<String> ORDER =
      List.of("WireGuardMesh", "Peer", "WireGuardNode", "NodeReport");

  private final StringBuilder out = new StringBuilder();

  private ApiReference() {}

  static String of(Collection<CustomResourceDefinition> crds) {
    var reference = new ApiReference();
    reference.out.append(
        """
        # API reference

        <!-- Written from the CRDs by ApiReferenceTest; do not edit. -->
        Group `weft.dev`, version `v1alpha1`. A field that is *required* must be there; all others may be left out. What is
        refused is refused by the API server, with the words given here.
        """);
    for (var kind : ORDER) {
      crds.stream()
          .filter(c -> c.getSpec().getNames().getKind().equals(kind))
          .forEach(reference::kind);
    }
    return reference.out.toString();
  }

  private void kind(CustomResourceDefinition crd) {
    var names = crd.getSpec().getNames();
    var schema = crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    out.append("\n## ").append(names.getKind()).append("\n\n");
    out.append(schema.getDescription())
        .append(" `kubectl get ")
        .append(names.getPlural())
        .append("`, short `")
        .append(String.join("`, `", names.getShortNames()))
        .append("`.\n");
    rules(schema);
    for (var part : List.of("spec", "status")) {
      var properties = schema.getProperties().get(part);
      if (properties != null && properties.getProperties() != null) {
        out.append("\n### ").append(names.getKind()).append(".").append(part).append("\n\n");
        out.append("| field | type | meaning |\n|---|---|---|\n");
        rows("", properties);
        rules(properties);
      }
    }
  }

  private void rules(JSONSchemaProps schema) {
    var messages = new ArrayList<String>();
    for (var rule : schema.getXKubernetesValidations()) {
      if (rule.getMessage() != null) {
        messages.add(rule.getMessage());
      }
    }
    if (!messages.isEmpty()) {
      out.append("\nRefused:\n");
      messages.forEach(m -> out.append("- ").append(m).append('\n'));
    }
  }

  private void rows(String prefix, JSONSchemaProps schema) {
    var required = schema.getRequired();
    for (Map.Entry<String, JSONSchemaProps> entry : schema.getProperties().entrySet()) {
      var name = prefix + entry.getKey();
      var field = entry.getValue();
      var text = new StringBuilder(field.getDescription() == null ? "" : field.getDescription());
      if (required.contains(entry.getKey())) {
        text.insert(0, text.isEmpty() ? "*required*" : "*required*; ");
      }
      if (field.getDefault() != null) {
        text.append(". Default `").append(field.getDefault()).append('`');
      }
      out.append("| `")
          .append(name)
          .append("` | ")
          .append(type(field))
          .append(" | ")
          .append(text.toString().replace("|", "\\|").replace("\n", " "))
          .append(" |\n");
      if (isConditions(entry.getKey())) {
        continue; // Kubernetes' own, the same everywhere
      }
      if (field.getProperties() != null) {
        rows(name + ".", field);
      } else if (field.getItems() != null && field.getItems().getSchema().getProperties() != null) {
        rows(name + "[].", field.getItems().getSchema());
      }
    }
  }

  private static boolean isConditions(String name) {
    return name.equals("conditions");
  }

  private static String type(JSONSchemaProps field) {
    var type = field.getType();
    if (field.getEnum() != null && !field.getEnum().isEmpty()) {
      return String.join(", ", field.getEnum().stream().map(v -> "`" + v.asText() + "`").toList());
    }
    if ("array".equals(type)) {
      var most = field.getMaxItems() == null ? "" : ", at most " + field.getMaxItems();
      return "list of " + field.getItems().getSchema().getType() + most;
    }
    if ("integer".equals(type) && field.getMinimum() != null && field.getMaximum() != null) {
      return "integer, %.0f to %.0f".formatted(field.getMinimum(), field.getMaximum());
    }
    if ("string".equals(type) && field.getFormat() != null) {
      return field.getFormat();
    }
    return type == null ? "any" : type;
  }
}
