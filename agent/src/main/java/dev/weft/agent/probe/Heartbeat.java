package dev.weft.agent.probe;

import java.time.Duration;

/**
 * The state of one pulse: a small request every other second, and what became of it. Three without
 * an answer make silence, which is sooner known than a gateway's Lease runs out (10 s). Not safe
 * for threads.
 */
final class Heartbeat {
  static final long PAUSE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int MISSES = 3;

  private Pulse pulse = Pulse.UNKNOWN;
  private long nonce;
  private boolean outstanding;
  private int missed;
  private long dueAt;

  Heartbeat(long dueAt) {
    this.dueAt = dueAt;
  }

  Pulse pulse() {
    return pulse;
  }

  /** When the next request goes out, {@link System#nanoTime()}. */
  long dueAt() {
    return dueAt;
  }

  /** A request goes out now; the one before it, if still not answered, is lost. */
  void start(long newNonce, long now) {
    if (outstanding) {
      missed++;
      if (missed >= MISSES) {
        pulse = Pulse.SILENT;
      }
    }
    nonce = newNonce;
    outstanding = true;
    dueAt = now + PAUSE_NANOS;
  }

  /** An answer came; one to another request than the last tells nothing. */
  void answered(long answeredNonce) {
    if (outstanding && answeredNonce == nonce) {
      alive();
    }
  }

  /** Its kernel said that nobody listens there (ICMP port unreachable): the agent is away. */
  void refused() {
    alive();
  }

  private void alive() {
    outstanding = false;
    missed = 0;
    pulse = Pulse.ANSWERED;
  }
}
