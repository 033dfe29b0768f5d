package dev.weft.mesh.dataplane;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which locations a gateway reaches by lanes of its own, as its answers to pulses carry it: by
 * number in the sorted list of the mesh's locations, so that it is short.
 *
 * @param epoch hash of that list; a vector of another list means nothing
 * @param reached numbers of the locations, from 0
 */
public record ReachVector(int epoch, Set<Integer> reached) {
  public ReachVector {
    reached = Set.copyOf(reached);
  }

  /**
   * The vector of these locations.
   *
   * @param locations all of the mesh
   * @param reached names of those that are reached
   */
  public static ReachVector of(SortedSet<String> locations, Set<String> reached) {
    var names = List.copyOf(locations);
    return new ReachVector(
        names.hashCode(),
        IntStream.range(0, names.size())
            .filter(i -> reached.contains(names.get(i)))
            .boxed()
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Names of the locations that are reached; empty: it speaks of another list of locations. */
  public Optional<Set<String>> names(SortedSet<String> locations) {
    var names = List.copyOf(locations);
    if (names.hashCode() != epoch) {
      return Optional.empty();
    }
    var found = new TreeSet<String>();
    reached.stream().filter(i -> i >= 0 && i < names.size()).forEach(i -> found.add(names.get(i)));
    return Optional.of(found);
  }
}
