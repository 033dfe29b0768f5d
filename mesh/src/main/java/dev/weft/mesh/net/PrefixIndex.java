package dev.weft.mesh.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Values by prefix, to be asked which of them overlap another prefix. A prefix can have several
 * values, in the order of their coming.
 *
 * @param <V> type of the values
 */
public final class PrefixIndex<V> {
  private final TreeMap<Prefix, List<V>> byPrefix = new TreeMap<>();
  private final Map<Family, boolean[]> lengths = new HashMap<>();

  public PrefixIndex() {
    for (var family : Family.values()) {
      lengths.put(family, new boolean[family.bits() + 1]);
    }
  }

  /** Adds a value. */
  public void add(Prefix prefix, V value) {
    byPrefix.computeIfAbsent(prefix, p -> new ArrayList<>(1)).add(value);
    lengthsOf(prefix.family())[prefix.length()] = true;
  }

  /**
   * A prefix that overlaps this one and whose value matters, with its value: the widest that holds
   * it, else the first inside it.
   */
  public Optional<Map.Entry<Prefix, V>> overlapping(Prefix prefix, Predicate<V> matters) {
    var seen = lengthsOf(prefix.family());
    for (int length = 0; length <= prefix.length(); length++) {
      if (seen[length]) {
        var holder = Prefix.of(prefix.address(), length);
        var found = first(holder, byPrefix.getOrDefault(holder, List.of()), matters);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    for (var entry : byPrefix.tailMap(prefix, false).entrySet()) {
      if (!prefix.contains(entry.getKey())) {
        break;
      }
      var found = first(entry.getKey(), entry.getValue(), matters);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static <V> Optional<Map.Entry<Prefix, V>> first(
      Prefix prefix, List<V> values, Predicate<V> matters) {
    for (var value : values) {
      if (matters.test(value)) {
        return Optional.of(Map.entry(prefix, value));
      }
    }
    return Optional.empty();
  }

  /** The same, where every value matters. */
  public Optional<Map.Entry<Prefix, V>> overlapping(Prefix prefix) {
    return overlapping(prefix, v -> true);
  }

  private boolean[] lengthsOf(Family family) {
    var seen = lengths.get(family);
    if (seen == null) {
      throw new IllegalStateException("all families are there");
    }
    return seen;
  }
}
