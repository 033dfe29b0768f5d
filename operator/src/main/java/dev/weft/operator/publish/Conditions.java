package dev.weft.operator.publish;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Conditions of a status: new ones laid over old ones, so that only transitions move the time. */
final class Conditions {
  private static final int LONGEST_MESSAGE = 1024;

  /**
   * What is to be said.
   *
   * @param status True, False or Unknown
   */
  record Wanted(String type, String status, String reason, String message) {
    static Wanted yes(String type, String reason, String message) {
      return new Wanted(type, "True", reason, message);
    }

    static Wanted no(String type, String reason, String message) {
      return new Wanted(type, "False", reason, message);
    }

    static Wanted unknown(String type, String reason, String message) {
      return new Wanted(type, "Unknown", reason, message);
    }
  }

  private Conditions() {}

  static List<Condition> over(
      List<Condition> before, List<Wanted> wanted, long generation, Instant now) {
    return wanted.stream().map(w -> condition(find(before, w.type()), w, generation, now)).toList();
  }

  static Optional<Condition> find(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  static boolean isTrue(List<Condition> conditions, String type) {
    return find(conditions, type).map(c -> "True".equals(c.getStatus())).orElse(false);
  }

  /** Whether the same is true for the same reasons; messages may differ. */
  static boolean sayTheSame(List<Condition> one, List<Condition> other) {
    return one.size() == other.size()
        && one.stream()
            .allMatch(
                c ->
                    find(other, c.getType())
                        .filter(
                            o ->
                                o.getStatus().equals(c.getStatus())
                                    && o.getReason().equals(c.getReason())
                                    && o.getObservedGeneration().equals(c.getObservedGeneration()))
                        .isPresent());
  }

  private static Condition condition(
      Optional<Condition> before, Wanted wanted, long generation, Instant now) {
    var since =
        before
            .filter(b -> wanted.status().equals(b.getStatus()))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    return new ConditionBuilder()
        .withType(wanted.type())
        .withStatus(wanted.status())
        .withReason(wanted.reason())
        .withMessage(shortened(wanted.message()))
        .withLastTransitionTime(since)
        .withObservedGeneration(generation)
        .build();
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }
}
