package dev.weft.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FindingTest {
  @ParameterizedTest
  @CsvSource({
    "false, Waiting, true",
    "false, NoView, true",
    "false, NoPodCIDRs, true",
    "false, ApiServerLost, false",
    "false, Unreadable, false",
    "true, Accepted, false"
  })
  void onlyWhatEveryStartComesByIsABeginning(boolean good, String reason, boolean beginning) {
    assertEquals(
        beginning, new Finding(Finding.VIEW_ACCEPTED, good, reason, "message").beginning());
  }
}
