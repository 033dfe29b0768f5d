package dev.weft.agent.kernel;

import java.util.List;

/**
 * What became of a change set.
 *
 * @param applied number of changes made
 * @param failures changes refused, in order
 */
public record ApplyResult(int applied, List<ApplyFailure> failures) {
  public ApplyResult {
    failures = List.copyOf(failures);
  }

  public boolean isComplete() {
    return failures.isEmpty();
  }
}
