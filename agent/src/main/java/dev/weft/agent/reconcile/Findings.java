package dev.weft.agent.reconcile;

import dev.weft.agent.report.Finding;
import dev.weft.mesh.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Conditions of a pass. Pure. */
final class Findings {
  private static final int NAMED = 3;

  private Findings() {}

  static Finding applied(Outcome outcome) {
    if (!outcome.trouble().isEmpty()) {
      return new Finding(Finding.APPLIED, false, "KernelUnavailable", outcome.trouble());
    }
    if (!outcome.failures().isEmpty()) {
      return new Finding(Finding.APPLIED, false, "Refused", named(outcome.failures().stream()));
    }
    return outcome.desired().isEmpty()
        ? new Finding(Finding.APPLIED, false, "NoView", "there is nothing to apply yet")
        : new Finding(Finding.APPLIED, true, "Applied", "");
  }

  static Finding preflight(List<String> wrong) {
    return wrong.isEmpty()
        ? new Finding(Finding.PREFLIGHT, true, "Passed", "")
        : new Finding(Finding.PREFLIGHT, false, "HostSettings", String.join("; ", wrong));
  }

  static Finding planned(List<Problem> problems) {
    return problems.isEmpty()
        ? new Finding(Finding.PLANNED, true, "Complete", "")
        : new Finding(
            Finding.PLANNED, false, problems.getFirst().reason(), named(problems.stream()));
  }

  private static String named(Stream<?> things) {
    var all = things.map(Object::toString).toList();
    var first = all.stream().limit(NAMED).collect(Collectors.joining("; "));
    return all.size() <= NAMED ? first : first + "; and " + (all.size() - NAMED) + " more";
  }
}
