package dev.weft.mesh.plan;

import java.util.Map;
import java.util.Optional;

/** A Node's annotations: Weft's own, and Kilo's where those are absent. */
record NodeAnnotations(Map<String, String> values) {
  static final String WEFT = "weft.dev/";
  static final String KILO = "kilo.squat.ai/";
  private static final String LOCATION_CIDRS = "location-cidrs";

  /**
   * An annotation that is there.
   *
   * @param field path for messages
   * @param value as written, trimmed
   */
  record Value(String field, String value) {
    /** Whether it is Kilo's, which Kilo's rules are read by. */
    boolean isKilo() {
      return field.startsWith("metadata.annotations[" + KILO);
    }

    /**
     * Whether it switches off what it would name: {@code -}, or nothing in an annotation of Kilo's.
     */
    boolean isOff() {
      return value.equals("-") || (isKilo() && value.isEmpty());
    }
  }

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

  /** Where a node's endpoint is said: its annotation, else its status. */
  static String endpointField(Map<String, String> values) {
    return new NodeAnnotations(values)
        .get("endpoint", "force-endpoint", "endpoint")
        .map(Value::field)
        .orElse("status.addresses");
  }

  /** Where a node's location CIDRs are said. */
  static String locationCIDRsField(Map<String, String> values) {
    return new NodeAnnotations(values)
        .locationCIDRs()
        .map(Value::field)
        .orElse("metadata.annotations[" + WEFT + LOCATION_CIDRS + "]");
  }

  /** Location CIDRs, also in Kilo's words. */
  Optional<Value> locationCIDRs() {
    return get(LOCATION_CIDRS, "allowed-location-ips");
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
