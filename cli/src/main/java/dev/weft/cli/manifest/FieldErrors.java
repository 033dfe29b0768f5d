package dev.weft.cli.manifest;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

/** Jackson's complaints in the words of somebody who writes manifests. */
final class FieldErrors {
  private FieldErrors() {}

  /** Path below the object, such as {@code .devices[0].lane}. */
  static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining());
  }

  /** What is wrong, with the value where it is known. */
  static String message(JsonMappingException e) {
    if (e instanceof InvalidFormatException invalid && invalid.getTargetType() != null) {
      var type = invalid.getTargetType();
      if (type.isEnum()) {
        return "'%s' is not one of %s".formatted(invalid.getValue(), values(type));
      }
      return "'%s' is not %s".formatted(invalid.getValue(), name(type));
    }
    if (e instanceof MismatchedInputException mismatched && mismatched.getTargetType() != null) {
      return "has the wrong type; it is " + name(mismatched.getTargetType());
    }
    return ManifestReader.firstLine(e.getOriginalMessage());
  }

  private static String values(Class<?> type) {
    return Arrays.stream(type.getFields())
        .filter(java.lang.reflect.Field::isEnumConstant)
        .map(f -> f.getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class))
        .map(p -> p == null ? "" : p.value())
        .collect(Collectors.joining(", "));
  }

  private static String name(Class<?> type) {
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
      return "a whole number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    return type == String.class ? "a text" : "an object with fields";
  }
}
