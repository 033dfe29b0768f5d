package dev.weft.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
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

  @ParameterizedTest
  @CsvSource({
    "Applied, false, False, Refused",
    "ViewAccepted, false, False, Refused",
    "CNI, false, False, Refused",
    "Preflight, false, True, Ready",
    "Applied, true, True, Ready"
  })
  void aReportIsReadyWhereNoFindingThatDecidesIsBad(
      String type, boolean good, String status, String reason) {
    var others = new Finding(Finding.RUNNING, true, "Running", "");
    var finding = new Finding(type, good, "Refused", "EINVAL");
    var conditions = Conditions.of(List.of(others, finding), List.of(), Instant.EPOCH);
    var ready =
        conditions.stream().filter(c -> c.getType().equals("Ready")).findFirst().orElseThrow();
    assertEquals(status, ready.getStatus());
    assertEquals(reason, ready.getReason());
    assertEquals(status.equals("True") ? "" : type + ": EINVAL", ready.getMessage());
  }
}
