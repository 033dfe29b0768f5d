package dev.weft.runtime.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SupervisionTest {
  private long now;
  private final Supervision supervision = new Supervision(() -> now);

  @Test
  void aThreadThatDoesNotComeRoundIsNamed() {
    var lease = supervision.watch("lease", Duration.ofSeconds(30));
    supervision.watch("report", Duration.ofSeconds(60));
    now = Duration.ofSeconds(31).toNanos();
    assertEquals(List.of("lease"), supervision.stalled());
    lease.done();
    assertEquals(List.of(), supervision.troubled());
  }

  @Test
  void aRoundThatFailedIsCountedAndTroublesUntilTheNext() {
    var lease = supervision.watch("lease", Duration.ofSeconds(30));
    lease.failed(new StackOverflowError());
    lease.failed(new IllegalStateException());
    assertEquals(List.of("lease"), supervision.troubled());
    assertEquals(List.of(), supervision.stalled());
    assertEquals(Map.of("lease", 2L), supervision.failures());
    lease.done();
    assertEquals(List.of(), supervision.troubled());
  }

  @Test
  void aThreadWithNothingToDoIsNotMissedAndOneThatIsStuckInARoundIs() {
    var leases = supervision.watch("leases", Duration.ofSeconds(30));
    leases.idle();
    now = Duration.ofHours(1).toNanos();
    assertEquals(List.of(), supervision.stalled());
    leases.begun();
    assertEquals(List.of(), supervision.stalled());
    now += Duration.ofSeconds(31).toNanos();
    assertEquals(List.of("leases"), supervision.stalled());
    leases.done();
    leases.idle();
    now += Duration.ofHours(1).toNanos();
    assertEquals(List.of(), supervision.stalled());
  }

  @Test
  void failuresOfThreadsOfOneNameAreSummedUp() {
    supervision.watch("events", Duration.ofSeconds(30)).failed(new StackOverflowError());
    supervision.watch("events", Duration.ofSeconds(30)).failed(new StackOverflowError());
    assertEquals(Map.of("events", 2L), supervision.failures());
  }

  @Test
  void aThreadThatWasAskedToEndIsNotMissed() {
    var lease = supervision.watch("lease", Duration.ofSeconds(30));
    lease.ended();
    now = Duration.ofHours(1).toNanos();
    assertEquals(List.of(), supervision.troubled());
  }
}
