package dev.weft.mesh.net;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The fewest prefixes that hold the same addresses. */
public final class Aggregation {
  private Aggregation() {}

  /** Sorted; what another holds is left out and two halves become one. */
  public static List<Prefix> of(Collection<Prefix> prefixes) {
    var stack = new ArrayList<Prefix>();
    for (var next : prefixes.stream().sorted().toList()) {
      if (!stack.isEmpty() && stack.getLast().contains(next)) {
        continue;
      }
      stack.add(next);
      while (stack.size() > 1 && areHalves(stack.get(stack.size() - 2), stack.getLast())) {
        var upper = stack.removeLast();
        var lower = stack.removeLast();
        stack.add(Prefix.of(lower.address(), upper.length() - 1));
      }
    }
    return List.copyOf(stack);
  }

  private static boolean areHalves(Prefix lower, Prefix upper) {
    return lower.family() == upper.family()
        && lower.length() == upper.length()
        && lower.length() > 0
        && Prefix.of(upper.address(), upper.length() - 1).address().equals(lower.address())
        && !lower.equals(upper);
  }
}
