package dev.weft.mesh.explain;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why one place reaches another, or doesn't.
 *
 * @param from first end
 * @param to other end
 * @param there steps from the first to the other, up to the first that is broken
 * @param back steps of the answer; empty if the way there is broken
 */
public record Explanation(Place from, Place to, List<Step> there, List<Step> back) {
  public Explanation {
    there = List.copyOf(there);
    back = List.copyOf(back);
  }

  /** The first broken link; empty: it should work. */
  public Optional<Step> broken() {
    return Stream.concat(there.stream(), back.stream()).filter(s -> !s.whole()).findFirst();
  }
}
