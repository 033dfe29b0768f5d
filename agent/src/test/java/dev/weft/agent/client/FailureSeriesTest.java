package dev.weft.agent.client;

import static dev.weft.agent.client.FailureSeries.Worth.INFORMATION;
import static dev.weft.agent.client.FailureSeries.Worth.NOTHING;
import static dev.weft.agent.client.FailureSeries.Worth.WARNING;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailureSeriesTest {
  private long now = Long.MAX_VALUE - 5; // a steady clock may overflow
  private final FailureSeries series = new FailureSeries(() -> now);

  private FailureSeries.Worth failedAfter(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
    return series.failed();
  }

  @Test
  void whatIsOverSoonIsNoWarning() {
    assertEquals(INFORMATION, failedAfter(0));
    assertEquals(NOTHING, failedAfter(1));
    assertEquals(NOTHING, failedAfter(28));
    series.succeeded();
    assertEquals(INFORMATION, failedAfter(5));
    assertEquals(NOTHING, failedAfter(29));
  }

  @Test
  void whatLastsIsAWarningOnceAMinute() {
    assertEquals(INFORMATION, failedAfter(0));
    assertEquals(WARNING, failedAfter(30));
    assertEquals(NOTHING, failedAfter(30));
    assertEquals(WARNING, failedAfter(31));
    assertEquals(WARNING, failedAfter(119));
  }

  /** Where nothing tells of successes, time does. */
  @Test
  void failuresFarApartAreNoSeries() {
    assertEquals(INFORMATION, failedAfter(0));
    assertEquals(INFORMATION, failedAfter(121));
    assertEquals(WARNING, failedAfter(100));
    assertEquals(INFORMATION, failedAfter(121));
    assertEquals(NOTHING, failedAfter(10));
  }
}
