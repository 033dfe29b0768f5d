package dev.weft.mesh.plan;

import dev.weft.mesh.problem.Problems;
import java.util.function.Supplier;

/**
 * Runs the planning of one object so that whatever it throws stays with that object: anybody may
 * have written it, and one that trips a defect must not stop the others. Errors are caught as well:
 * an input that overflows the stack does so again at the next start.
 */
final class Isolation {
  /** Reason of the problem that stands for what was thrown. */
  static final String REASON = "PlanningFailed";

  private Isolation() {}

  /**
   * The step's result.
   *
   * @param problems of the object; what was thrown is added
   * @param otherwise the result if the step throws
   */
  static <T> T of(Problems problems, Supplier<T> step, Supplier<T> otherwise) {
    try {
      return step.get();
    } catch (Throwable thrown) {
      problems.error(
          "spec",
          REASON,
          "planning the object failed (%s); it alone is left out: please report this defect together with the object"
              .formatted(thrown));
      return otherwise.get();
    }
  }

  /** Whether the step ended without throwing. */
  static boolean run(Problems problems, Runnable step) {
    return of(
        problems,
        () -> {
          step.run();
          return true;
        },
        () -> false);
  }
}
