package dev.weft.agent.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.NodeReportSpec;
import dev.weft.api.v1alpha1.ReportedPeer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportScheduleTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static NodeReportSpec report(String revision, String handshake, Finding finding) {
    return new NodeReportSpec(
        List.of(),
        null,
        List.of(),
        List.of(new ReportedPeer("key", handshake, null, null)),
        revision,
        Conditions.of(List.of(finding), List.of(), NOW));
  }

  private static Finding applied(boolean good, String message) {
    return new Finding(Finding.APPLIED, good, good ? "Applied" : "Refused", message);
  }

  private static final NodeReportSpec WRITTEN = report("r1", "Fresh", applied(true, ""));

  private static long wait(NodeReportSpec wanted, Duration sinceWritten) {
    return ReportSchedule.nanosToWait(wanted, WRITTEN, sinceWritten.toNanos());
  }

  @Test
  void firstReportGoesOutAtOnce() {
    assertEquals(0, ReportSchedule.nanosToWait(WRITTEN, null, 0));
  }

  @Test
  void sameReportIsNeverWritten() {
    var same = report("r1", "Fresh", applied(true, ""));
    assertEquals(ReportSchedule.NEVER, wait(same, Duration.ofDays(1)));
  }

  @Test
  void newRevisionGoesOutWithinASecond() {
    var wanted = report("r2", "Fresh", applied(true, ""));
    assertEquals(Duration.ofMillis(500).toNanos(), wait(wanted, Duration.ZERO));
    assertEquals(0, wait(wanted, Duration.ofSeconds(1)));
  }

  @Test
  void conditionThatTurnsGoesOutWithinASecond() {
    var wanted = report("r1", "Fresh", applied(false, "RTM_NEWROUTE: EINVAL"));
    assertEquals(0, wait(wanted, Duration.ofSeconds(1)));
  }

  @Test
  void handshakeClassWaitsForOthers() {
    var wanted = report("r1", "Stale", applied(true, ""));
    assertEquals(Duration.ofSeconds(9).toNanos(), wait(wanted, Duration.ofSeconds(1)));
    assertEquals(0, wait(wanted, Duration.ofSeconds(10)));
  }

  @Test
  void messageAloneWaits() {
    var wanted = report("r1", "Fresh", applied(true, "another text"));
    assertEquals(Duration.ofSeconds(9).toNanos(), wait(wanted, Duration.ofSeconds(1)));
  }

  @Test
  void transitionTimeMovesWithTheStatusAlone() {
    var before = Conditions.of(List.of(applied(true, "")), List.of(), NOW);
    var later = NOW.plusSeconds(60);
    var same = Conditions.of(List.of(applied(true, "new text")), before, later);
    assertEquals("2026-01-01T00:00:00Z", same.getFirst().getLastTransitionTime());
    var turned = Conditions.of(List.of(applied(false, "")), before, later);
    assertEquals("2026-01-01T00:01:00Z", turned.getFirst().getLastTransitionTime());
  }
}
