package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DriftDetectorTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private final DriftDetector disturbance = new DriftDetector();

  private void repairs(int count, int everySeconds) {
    for (int i = 0; i < count; i++) {
      disturbance.repaired(START.plusSeconds((long) i * everySeconds), "1 SetRoute");
    }
  }

  @Test
  void aFewRepairsAreAnAccident() {
    repairs(4, 1);
    assertTrue(disturbance.finding(START.plusSeconds(10)).good());
  }

  @Test
  void repairsThatAreFarApartAreAccidents() {
    repairs(20, 200);
    assertTrue(disturbance.finding(START.plusSeconds(4000)).good());
  }

  @Test
  void manyAreSomebodyElseUntilTenMinutesArePastWithoutOne() {
    repairs(5, 60);
    var bad = disturbance.finding(START.plusSeconds(300));
    assertFalse(bad.good());
    assertTrue(bad.message().contains("1 SetRoute"), bad.message());
    disturbance.repaired(START.plusSeconds(400), "2 AddRule");
    assertEquals(bad, disturbance.finding(START.plusSeconds(400)), "what is told stays the same");
    assertFalse(disturbance.finding(START.plusSeconds(900)).good());
    assertTrue(disturbance.finding(START.plusSeconds(1001)).good());
  }
}
