package dev.weft.mesh.plan;

import java.util.Map;
import java.util.Optional;

/** A Node's annotations: Weft's own, and Kilo's where those are absent. */
record NodeAnnotations(Map<String, String> values) {
  static final String WEFT = "weft.dev/";
  static final String KILO = "kilo.squat.ai/";

  /**
   * An annotation that is there.
   *
   * @param field path for messages
   * @param value as written, trimmed
   */
  record Value(String field, String value) {}

  /** Weft's annotation of that name, else the first of Kilo's. */
  Optional<Value> get(String weftName, String... kiloNames) {
    var own = value(WEFT + weftName);
    if (own.isPresent()) {
      return own;
    }
    for (var name : kiloNames) {
      var kilo = value(KILO + name);
      if (kilo.isPresent()) {
        return kilo;
      }
    }
    return Optional.empty();
  }

  /** Kilo's annotation of that name. */
  Optional<Value> kilo(String name) {
    return value(KILO + name);
  }

  private Optional<Value> value(String key) {
    var value = values.get(key);
    return value == null
        ? Optional.empty()
        : Optional.of(new Value("metadata.annotations[" + key + "]", value.strip()));
  }
}
