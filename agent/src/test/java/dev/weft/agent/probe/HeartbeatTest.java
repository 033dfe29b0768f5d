package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private final Heartbeat heartbeat = new Heartbeat(Pace.CALM, 0);
  private long now;

  private void request(long nonce) {
    heartbeat.start(nonce, now);
    now = heartbeat.dueAt();
  }

  @Test
  void nothingIsKnownBeforeAnAnswerOrThreeMisses() {
    request(1);
    request(2);
    request(3);
    assertEquals(Pulse.UNKNOWN, heartbeat.pulse());
    request(4);
    assertEquals(Pulse.SILENT, heartbeat.pulse());
  }

  @Test
  void oneAnswerEndsTheSilenceAndTheCount() {
    for (int nonce = 1; nonce <= 4; nonce++) {
      request(nonce);
    }
    heartbeat.answered(4);
    assertEquals(Pulse.ANSWERED, heartbeat.pulse());
    request(5);
    request(6);
    request(7);
    assertEquals(Pulse.ANSWERED, heartbeat.pulse(), "two are missing");
    request(8);
    assertEquals(Pulse.SILENT, heartbeat.pulse());
  }

  @Test
  void anAnswerToAnotherRequestTellsNothing() {
    request(1);
    heartbeat.answered(2);
    assertEquals(Pulse.UNKNOWN, heartbeat.pulse());
  }

  @Test
  void silenceIsKnownBeforeALeaseOfTenSecondsRunsOut() {
    heartbeat.refused();
    request(1);
    while (heartbeat.pulse() != Pulse.SILENT) {
      request(1);
    }
    assertEquals(6, Math.toIntExact((now - Pace.CALM.nanos) / 1_000_000_000));
  }

  private final Heartbeat lane = new Heartbeat(Pace.QUICK, 0);

  private void requestByLane(long nonce) {
    lane.start(nonce, now);
    now = lane.dueAt();
  }

  private void silentLane() {
    requestByLane(1);
    lane.answered(1);
    now = lane.dueAt();
    for (int nonce = 2; nonce <= 5; nonce++) {
      requestByLane(nonce);
    }
    assertEquals(Pulse.SILENT, lane.pulse());
  }

  @Test
  void aLaneIsSilentAfterThreeMissesOf300Milliseconds() {
    silentLane();
    // From the first request that was lost, sent at 0.3 s, until the fourth goes out.
    assertEquals(1200, (now - Pace.QUICK.nanos) / 1_000_000);
  }

  @Test
  void aSilenceCountsFromItsFirstRequestAndEndsWithIt() {
    requestByLane(1);
    lane.answered(1);
    assertEquals(OptionalLong.empty(), lane.silentSince());
    now = lane.dueAt();
    long first = now;
    for (int nonce = 2; nonce <= 5; nonce++) {
      assertEquals(OptionalLong.empty(), lane.silentSince());
      requestByLane(nonce);
    }
    assertEquals(OptionalLong.of(first), lane.silentSince());
    lane.answered(5);
    requestByLane(6);
    requestByLane(7);
    assertEquals(OptionalLong.of(first), lane.silentSince(), "one answer was luck");
    lane.answered(7);
    requestByLane(8);
    lane.answered(8);
    assertEquals(OptionalLong.empty(), lane.silentSince());
  }

  @Test
  void aLaneIsTakenAgainAfterTwoAnswersInARow() {
    silentLane();
    lane.answered(5);
    assertEquals(Pulse.SILENT, lane.pulse(), "one may be luck");
    requestByLane(6);
    requestByLane(7);
    lane.answered(7);
    assertEquals(Pulse.SILENT, lane.pulse(), "the one before was lost");
    requestByLane(8);
    lane.answered(8);
    assertEquals(Pulse.ANSWERED, lane.pulse());
  }

  /** A kernel sends one host about one ICMP error a second: asked sooner, it would seem dead. */
  @Test
  void aNodeWhoseKernelAnswersForItsAgentIsAskedMoreSlowly() {
    requestByLane(1);
    lane.refused();
    assertEquals(Pulse.ANSWERED, lane.pulse());
    assertEquals(Pace.CALM.nanos, lane.dueAt());
    now = lane.dueAt();
    requestByLane(2);
    assertEquals(2 * Pace.CALM.nanos, now, "until the agent answers");
    lane.answered(2);
    requestByLane(3);
    assertEquals(2 * Pace.CALM.nanos + Pace.QUICK.nanos, now);
  }
}
