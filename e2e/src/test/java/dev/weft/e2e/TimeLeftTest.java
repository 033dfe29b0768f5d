package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

class TimeLeftTest {
  private static TimeLeft at(long second, Map<String, String> environment) {
    return new TimeLeft(environment, Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC));
  }

  @Test
  void testsOfTheLabBeginUntilTheDeadline() {
    var limited = Map.of("WEFT_TEST_DEADLINE", "1000");
    assertFalse(at(999, limited).beginsNow("OutageE2E").isDisabled());
    var late = at(1012, limited).beginsNow("OutageE2E");
    assertTrue(late.isDisabled());
    assertEquals(
        "no time left: WEFT_TEST_MINUTES were over 12 s before", late.getReason().orElseThrow());
  }

  @Test
  void otherTestsAlwaysBegin() {
    assertFalse(at(5000, Map.of("WEFT_TEST_DEADLINE", "1000")).beginsNow("LinksTest").isDisabled());
    assertFalse(at(5000, Map.of()).beginsNow("OutageE2E").isDisabled());
  }

  @Test
  void junitFindsIt() {
    assertTrue(
        ServiceLoader.load(Extension.class).stream().anyMatch(p -> p.type() == TimeLeft.class));
  }
}
