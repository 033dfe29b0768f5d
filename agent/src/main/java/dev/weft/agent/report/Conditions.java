package dev.weft.agent.report;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Conditions from findings. Pure. */
final class Conditions {
  private Conditions() {}

  /** Those and Ready, sorted by type; the transition time moves only with the status. */
  static List<Condition> of(List<Finding> findings, List<Condition> before, Instant now) {
    return Stream.concat(findings.stream(), Stream.of(Finding.ready(findings)))
        .sorted(Comparator.comparing(Finding::type))
        .map(f -> condition(f, before, now))
        .toList();
  }

  private static Condition condition(Finding finding, List<Condition> before, Instant now) {
    var status = finding.good() ? "True" : "False";
    var since =
        before.stream()
            .filter(c -> finding.type().equals(c.getType()) && status.equals(c.getStatus()))
            .map(Condition::getLastTransitionTime)
            .findFirst()
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder()
        .withType(finding.type())
        .withStatus(status)
        .withReason(finding.reason())
        .withMessage(finding.message())
        .withLastTransitionTime(since)
        .build();
  }
}
