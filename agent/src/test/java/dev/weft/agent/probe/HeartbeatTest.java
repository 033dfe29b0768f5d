package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final long MILLI = 1_000_000;

  private final Heartbeat heartbeat = new Heartbeat(Pace.CALM, 0);
  private final Heartbeat lane = new Heartbeat(Pace.QUICK, 0);
  private long now;
  private long sent;

  /** Sends a request, and lets time pass until the next is due. */
  private void request(Heartbeat one, long nonce) {
    sent = now;
    one.start(nonce, now);
    now = one.dueAt();
  }

  private void request(long nonce) {
    request(heartbeat, nonce);
  }

  private void requestByLane(long nonce) {
    request(lane, nonce);
  }

  /** The last request is answered, a millisecond after it went out. */
  private static void answer(Heartbeat one, long nonce, long sent) {
    assertTrue(one.answered(nonce, sent + MILLI));
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
    answer(heartbeat, 4, sent);
    assertEquals(Pulse.ANSWERED, heartbeat.pulse());
    request(5);
    request(6);
    request(7);
    assertEquals(Pulse.ANSWERED, heartbeat.pulse(), "two are missing");
    request(8);
    assertEquals(Pulse.SILENT, heartbeat.pulse());
  }

  @Test
  void anAnswerToNoRequestTellsNothing() {
    request(1);
    assertFalse(heartbeat.answered(2, now));
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

  private void silentLane() {
    requestByLane(1);
    answer(lane, 1, sent);
    for (int nonce = 2; nonce <= 5; nonce++) {
      requestByLane(nonce);
    }
    assertEquals(Pulse.SILENT, lane.pulse());
  }

  @Test
  void aLaneIsSilent600MillisecondsAfterTheFirstOfThreeMisses() {
    silentLane();
    // From the first request that was lost, sent at 0.3 s, until the fourth goes out.
    assertEquals(600, (sent - Pace.QUICK.nanos) / MILLI);
    assertEquals(Pace.QUICK.nanos, lane.silentSince().orElseThrow());
  }

  @Test
  void aSilentLaneIsAskedNoFasterThanOneThatAnswers() {
    silentLane();
    assertEquals(sent + Pace.QUICK.nanos, lane.dueAt());
    requestByLane(6);
    assertEquals(sent + Pace.QUICK.nanos, lane.dueAt());
  }

  @Test
  void aLaneIsTakenAgainAfterTwoAnswersInARow() {
    silentLane();
    answer(lane, 5, sent);
    assertEquals(Pulse.SILENT, lane.pulse(), "one may be luck");
    requestByLane(6);
    requestByLane(7);
    answer(lane, 7, sent);
    assertEquals(Pulse.SILENT, lane.pulse(), "the one before was lost");
    requestByLane(8);
    answer(lane, 8, sent);
    assertEquals(Pulse.ANSWERED, lane.pulse());
  }

  /** A way by satellite, or around the world, takes longer than the pause between two requests. */
  @Test
  void aLaneWhoseAnswersTakeLongerThanThePauseIsThere() {
    for (long millis : new long[] {310, 650, 900}) {
      var far = new Heartbeat(Pace.QUICK, 0);
      var random = new Random(7);
      long[] due = new long[400];
      long nonce = 0;
      int lost = 0;
      for (now = 0; nonce < due.length; now += MILLI) {
        for (long n = Math.max(0, nonce - 10); n < nonce; n++) {
          if (due[Math.toIntExact(n)] == now) {
            assertTrue(far.answered(n, now), "answer " + n + " after " + millis + " ms");
          }
        }
        if (far.dueAt() <= now) {
          far.start(nonce, now);
          boolean drop = nonce > 10 && random.nextInt(20) == 0;
          lost += drop ? 1 : 0;
          due[Math.toIntExact(nonce)] = drop ? -1 : now + millis * MILLI;
          nonce++;
        }
        if (nonce > 20) {
          assertEquals(Pulse.ANSWERED, far.pulse(), millis + " ms, request " + nonce);
        }
      }
      assertTrue(lost > 5, "lost: " + lost);
    }
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
    answer(lane, 2, sent);
    requestByLane(3);
    assertEquals(2 * Pace.CALM.nanos + Pace.QUICK.nanos, now);
  }
}
