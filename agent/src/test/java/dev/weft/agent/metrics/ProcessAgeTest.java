package dev.weft.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessAgeTest {
  /** The start, 12.34 s after the machine's, is the 22nd field of all. */
  private static final String STAT =
      "7 (a ) name) S 1 7 7 0 -1 4194560 1 0 0 0 1 0 0 0 20 0 1 0 1234 23 45 18446744073709551615";

  @Test
  void theNameMayHoldBlanksAndParentheses() {
    assertEquals(1.66, ProcessAge.of(STAT, "14.00 20.50\n").orElseThrow(), 0.001);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7 (x) S 1 7", "7 (x) S 1 7 7 0 -1 4 1 0 0 0 1 0 0 0 20 0 1 0 soon"})
  void whatCantBeReadIsUnknown(String stat) {
    assertEquals(OptionalDouble.empty(), ProcessAge.of(stat, "14.00 20.50"));
  }

  @Test
  void aClockOfAnotherNamespaceIsUnknown() {
    assertEquals(OptionalDouble.empty(), ProcessAge.of(STAT, "3.00 2.00"));
  }

  @Test
  void thisProcessRunsForLessThanItsMachine() {
    double age = ProcessAge.seconds().orElseThrow();
    assertTrue(age > 0 && age < System.nanoTime() / 1e9 + 1, () -> "" + age);
  }
}
