package dev.weft.e2e;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets no class and no test of the lab begin after a point in time, so that a run on a slow machine
 * ends before it is cut off, and names what it did not run. {@code e2e/tools/test.sh} sets it from
 * {@code WEFT_TEST_MINUTES}. JUnit finds this extension by {@code META-INF/services}.
 */
public final class TimeLeft implements ExecutionCondition {
  private static final String DEADLINE = "WEFT_TEST_DEADLINE";

  private final Map<String, String> environment;
  private final Clock clock;

  /** For JUnit: with this process's environment. */
  public TimeLeft() {
    this(System.getenv(), Clock.systemUTC());
  }

  TimeLeft(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    var test = context.getTestClass().map(Class::getSimpleName).orElse("");
    return beginsNow(test);
  }

  /**
   * Whether a test may begin.
   *
   * @param test simple name of its class; only those that need the lab are held back
   */
  ConditionEvaluationResult beginsNow(String test) {
    var deadline = environment.get(DEADLINE);
    if (deadline == null || !test.endsWith("E2E")) {
      return ConditionEvaluationResult.enabled("no limit");
    }
    var over = Duration.between(Instant.ofEpochSecond(Long.parseLong(deadline)), clock.instant());
    return over.isNegative()
        ? ConditionEvaluationResult.enabled("in time")
        : ConditionEvaluationResult.disabled(
            "no time left: WEFT_TEST_MINUTES were over %d s before".formatted(over.toSeconds()));
  }
}
