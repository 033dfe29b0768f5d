package dev.weft.api.schema;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/** Moves the rules of {@code @Items}, which the generator doesn't know, into the item schemas. */
final class ItemRules {
  private ItemRules() {}

  /** Follows the records that the schema was made from. */
  static void add(Class<?> type, JSONSchemaProps schema) {
    if (!type.isRecord() || schema.getProperties() == null) {
      return;
    }
    for (var component : type.getRecordComponents()) {
      var property = schema.getProperties().get(component.getName());
      if (property == null) {
        throw new IllegalStateException(type + " has " + component + " and its schema has not");
      }
      var items = rules(component);
      if (!items.isEmpty()) {
        property.getItems().getSchema().setXKubernetesValidations(items);
      }
      if (component.getGenericType() instanceof ParameterizedType list) {
        if (list.getActualTypeArguments()[0] instanceof Class<?> item) {
          add(item, property.getItems().getSchema());
        }
      } else {
        add(component.getType(), property);
      }
    }
  }

  private static List<io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule> rules(
      RecordComponent component) {
    var rules = new ArrayList<io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule>();
    for (var annotation : component.getAnnotations()) {
      if (annotation.annotationType().getSimpleName().equals("Items")) {
        try {
          var value = annotation.annotationType().getDeclaredMethod("value");
          value.setAccessible(true);
          for (var rule : (ValidationRule[]) value.invoke(annotation)) {
            var made = new io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule();
            made.setRule(rule.value());
            made.setMessageExpression(rule.messageExpression());
            rules.add(made);
          }
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("@Items of " + component, e);
        }
      }
    }
    return rules;
  }
}
