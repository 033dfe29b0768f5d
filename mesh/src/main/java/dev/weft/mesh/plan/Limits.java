package dev.weft.mesh.plan;

import dev.weft.mesh.problem.Problems;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How many values a WireGuardNode takes (maxItems of its schema). The API server refuses an object
 * with more, whole, so that its node would be stuck with what it had before.
 */
final class Limits {
  static final int POD_CIDRS = 16;
  static final int INTERNAL_IPS = 16;
  static final int ENDPOINTS = 16;
  static final int LOCATION_CIDRS = 64;

  /** Entries of one field of a Node that are read at all. */
  static final int READ = 256;

  private Limits() {}

  /**
   * The values that fit, in their order: the first, then those in force, then the others as they
   * come. What is left out is reported.
   */
  static <T> List<T> fitting(
      List<T> values, int most, Predicate<T> isInForce, Problems problems, String field) {
    if (values.size() <= most) {
      return values;
    }
    var chosen =
        Stream.of(
                values.stream().limit(1),
                values.stream().filter(isInForce),
                values.stream().filter(isInForce.negate()))
            .flatMap(s -> s)
            .distinct()
            .limit(most)
            .collect(java.util.stream.Collectors.toCollection(LinkedHashSet::new));
    var left = values.stream().filter(v -> !chosen.contains(v)).toList();
    problems.error(
        field,
        "TooMany",
        "%d values, of which a WireGuardNode takes %d; left out: %s%s"
            .formatted(
                values.size(),
                most,
                String.join(", ", left.stream().limit(4).map(Object::toString).toList()),
                left.size() > 4 ? " and " + (left.size() - 4) + " more" : ""));
    return values.stream().filter(chosen::contains).toList();
  }

  /** The first entries, as many as are read; that there are more is reported. */
  static <T> List<T> read(List<T> entries, Problems problems, String field) {
    if (entries.size() <= READ) {
      return entries;
    }
    problems.error(
        field,
        "TooMany",
        "more than %d entries, of which the first %d are read; write fewer, wider ones"
            .formatted(READ, READ));
    return entries.subList(0, READ);
  }
}
