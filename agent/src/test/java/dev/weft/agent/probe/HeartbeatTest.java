package dev.weft.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private final Heartbeat heartbeat = new Heartbeat(0);
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
    assertEquals(6, Math.toIntExact((now - Heartbeat.PAUSE_NANOS) / 1_000_000_000));
  }
}
