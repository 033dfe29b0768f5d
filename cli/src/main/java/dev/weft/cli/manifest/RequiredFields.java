package dev.weft.cli.manifest;

import io.fabric8.generator.annotation.Required;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;

/** What an API server would refuse: fields of API records that must be there and aren't. */
final class RequiredFields {
  private RequiredFields() {}

  /** Path of the first one that is missing, such as {@code .endpoint.port}; empty: none is. */
  static Optional<String> missing(Record value) {
    for (var component : value.getClass().getRecordComponents()) {
      Object field = read(component, value);
      if (field == null) {
        if (isRequired(component)) {
          return Optional.of("." + component.getName());
        }
        continue;
      }
      var inside = inside(field);
      if (inside.isPresent()) {
        return Optional.of("." + component.getName() + inside.get());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> inside(Object field) {
    if (field instanceof Record nested) {
      return missing(nested);
    }
    if (field instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i) instanceof Record element) {
          var missing = missing(element);
          if (missing.isPresent()) {
            return Optional.of("[" + i + "]" + missing.get());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isRequired(RecordComponent component) {
    return component.isAnnotationPresent(Required.class)
        || component.getAccessor().isAnnotationPresent(Required.class);
  }

  private static @org.jspecify.annotations.Nullable Object read(
      RecordComponent component, Record value) {
    try {
      return component.getAccessor().invoke(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("accessors of API records are public", e);
    }
  }
}
