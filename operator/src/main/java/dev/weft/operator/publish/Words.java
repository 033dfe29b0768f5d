package dev.weft.operator.publish;

import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Problems as one line of a condition or an Event. */
final class Words {
  private Words() {}

  static Optional<Problem> firstError(List<Problem> problems) {
    return problems.stream().filter(p -> p.severity() == Severity.ERROR).findFirst();
  }

  static String of(List<Problem> problems) {
    return problems.stream().map(Words::of).collect(Collectors.joining("; "));
  }

  static String of(Problem problem) {
    return problem.field().isEmpty()
        ? problem.message()
        : problem.field() + ": " + problem.message();
  }
}
