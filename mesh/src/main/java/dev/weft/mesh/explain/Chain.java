package dev.weft.mesh.explain;

import java.util.ArrayList;
import java.util.List;

/** Steps up to the first that is broken; what comes after it is not taken. */
final class Chain {
  private final List<Step> steps = new ArrayList<>();

  void add(Step... more) {
    add(List.of(more));
  }

  void add(List<Step> more) {
    for (var step : more) {
      if (isBroken()) {
        return;
      }
      steps.add(step);
    }
  }

  boolean isBroken() {
    return !steps.isEmpty() && !steps.getLast().whole();
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }
}
