package dev.weft.mesh.net;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Values by prefix, to be asked which of them overlap another prefix. One value per prefix; the
 * first stays.
 *
 * @param <V> type of the values
 */
public final class PrefixIndex<V> {
  private final TreeMap<Prefix, V> byPrefix = new TreeMap<>();
  private final Map<Family, boolean[]> lengths = new HashMap<>();

  public PrefixIndex() {
    for (var family : Family.values()) {
      lengths.put(family, new boolean[family.bits() + 1]);
    }
  }

  /** Adds a value; no change if the very prefix is there already. */
  public void add(Prefix prefix, V value) {
    byPrefix.putIfAbsent(prefix, value);
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
        var value = byPrefix.get(holder);
        if (value != null && matters.test(value)) {
          return Optional.of(Map.entry(holder, value));
        }
      }
    }
    for (var entry : byPrefix.tailMap(prefix, false).entrySet()) {
      if (!prefix.contains(entry.getKey())) {
        break;
      }
      if (matters.test(entry.getValue())) {
        return Optional.of(Map.entry(entry.getKey(), entry.getValue()));
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
