package dev.weft.api.compatibility;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a schema accepts less than an older one did: fields that are gone (the API server
 * would drop what they hold), other types, new required fields without a default, narrower bounds,
 * enum values that are gone. Rules in CEL are not compared, for whether one implies another can't
 * be told; the corpus of valid objects of each release stands for them.
 */
final class Narrowing {
  private final List<String> found = new ArrayList<>();

  private Narrowing() {}

  /** Each with the path of the field; empty: whatever was valid still is. */
  static List<String> of(CustomResourceDefinition before, CustomResourceDefinition after) {
    var narrowing = new Narrowing();
    var kind = before.getSpec().getNames().getKind();
    if (!before.getSpec().getScope().equals(after.getSpec().getScope())) {
      narrowing.found.add(kind + ": scope " + after.getSpec().getScope());
    }
    for (var old : before.getSpec().getVersions()) {
      var path = kind + "." + old.getName();
      var now =
          after.getSpec().getVersions().stream()
              .filter(v -> v.getName().equals(old.getName()))
              .filter(CustomResourceDefinitionVersion::getServed)
              .findFirst();
      if (now.isEmpty()) {
        narrowing.found.add(path + ": is no longer served");
      } else {
        narrowing.compare(
            path, old.getSchema().getOpenAPIV3Schema(), now.get().getSchema().getOpenAPIV3Schema());
      }
    }
    return List.copyOf(narrowing.found);
  }

  private void compare(String path, JSONSchemaProps before, JSONSchemaProps after) {
    if (!Objects.equals(before.getType(), after.getType())) {
      found.add(path + ": type " + before.getType() + " is now " + after.getType());
      return;
    }
    bound(path, "maxLength", before.getMaxLength(), after.getMaxLength(), (o, n) -> n < o);
    bound(path, "maxItems", before.getMaxItems(), after.getMaxItems(), (o, n) -> n < o);
    bound(path, "maximum", before.getMaximum(), after.getMaximum(), (o, n) -> n < o);
    bound(path, "minLength", before.getMinLength(), after.getMinLength(), (o, n) -> n > o);
    bound(path, "minItems", before.getMinItems(), after.getMinItems(), (o, n) -> n > o);
    bound(path, "minimum", before.getMinimum(), after.getMinimum(), (o, n) -> n > o);
    if (after.getPattern() != null && !after.getPattern().equals(before.getPattern())) {
      found.add(path + ": pattern " + after.getPattern());
    }
    enumeration(path, before, after);
    required(path, before, after);
    if (before.getItems() != null && after.getItems() != null) {
      compare(path + "[]", before.getItems().getSchema(), after.getItems().getSchema());
    }
    if (before.getProperties() != null) {
      before.getProperties().forEach((name, old) -> property(path + "." + name, name, old, after));
    }
  }

  private void property(String path, String name, JSONSchemaProps old, JSONSchemaProps after) {
    var now = after.getProperties() == null ? null : after.getProperties().get(name);
    if (now == null) {
      found.add(path + ": is gone");
    } else {
      compare(path, old, now);
    }
  }

  private <T extends Number> void bound(
      String path,
      String what,
      @Nullable T before,
      @Nullable T after,
      BiPredicate<Double, Double> narrower) {
    if (after == null) {
      return;
    }
    if (before == null || narrower.test(before.doubleValue(), after.doubleValue())) {
      found.add(path + ": " + what + " " + before + " is now " + after);
    }
  }

  private void enumeration(String path, JSONSchemaProps before, JSONSchemaProps after) {
    if (after.getEnum() == null || after.getEnum().isEmpty()) {
      return;
    }
    if (before.getEnum() == null || before.getEnum().isEmpty()) {
      found.add(path + ": is now one of " + after.getEnum());
      return;
    }
    for (var value : before.getEnum()) {
      if (!after.getEnum().contains(value)) {
        found.add(path + ": no longer may be " + value);
      }
    }
  }

  private void required(String path, JSONSchemaProps before, JSONSchemaProps after) {
    for (var name : after.getRequired()) {
      var property = after.getProperties().get(name);
      boolean filled = property != null && property.getDefault() != null;
      if (!before.getRequired().contains(name) && !filled) {
        found.add(path + "." + name + ": is now required");
      }
    }
  }
}
