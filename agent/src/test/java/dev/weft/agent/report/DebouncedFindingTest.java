package dev.weft.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DebouncedFindingTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Finding GOOD = new Finding("Planned", true, "Complete", "");
  private static final Finding BAD = new Finding("Planned", false, "EndpointUnresolved", "x");
  private static final Finding WORSE = new Finding("Planned", false, "PresharedKeyMissing", "y");

  private final DebouncedFinding settled = new DebouncedFinding(GOOD);

  private Finding at(int second, Finding finding) {
    return settled.settle(finding, START.plusSeconds(second));
  }

  @Test
  void passingTroubleIsNotTold() {
    assertEquals(GOOD, at(0, BAD));
    assertEquals(GOOD, at(2, BAD));
    assertEquals(GOOD, at(3, GOOD));
    assertEquals(GOOD, at(4, BAD), "and begins anew");
  }

  @Test
  void lastingTroubleIsToldAndItsEndAtOnce() {
    assertEquals(GOOD, at(0, BAD));
    assertEquals(BAD, at(3, BAD));
    assertEquals(WORSE, at(4, WORSE));
    assertEquals(GOOD, at(5, GOOD));
  }
}
