package dev.weft.agent.probe;

import java.util.OptionalLong;

/**
 * The state of one pulse: a small request at a {@link Pace}, and what became of it. Three without
 * an answer make silence, which at the calm pace is sooner known than a gateway's Lease runs out
 * (10 s). Not safe for threads.
 */
final class Heartbeat {
  private static final int MISSES = 3;

  private final Pace pace;
  private Pulse pulse = Pulse.UNKNOWN;
  private long nonce;
  private boolean outstanding;
  private int missed;
  private int answers;
  private boolean isRefused;
  private long startedAt;
  private long firstMissedAt;
  private long dueAt;

  Heartbeat(Pace pace, long dueAt) {
    this.pace = pace;
    this.dueAt = dueAt;
  }

  Pulse pulse() {
    return pulse;
  }

  /**
   * When the first request of a silence went out, {@link System#nanoTime()}; empty: it is not
   * silent.
   */
  OptionalLong silentSince() {
    return pulse == Pulse.SILENT ? OptionalLong.of(firstMissedAt) : OptionalLong.empty();
  }

  /** When the next request goes out, {@link System#nanoTime()}. */
  long dueAt() {
    return dueAt;
  }

  /** A request goes out now; the one before it, if still not answered, is lost. */
  void start(long newNonce, long now) {
    if (outstanding) {
      answers = 0;
      if (missed == 0 && pulse != Pulse.SILENT) {
        firstMissedAt = startedAt;
      }
      missed++;
      if (missed >= MISSES) {
        pulse = Pulse.SILENT;
      }
    }
    nonce = newNonce;
    outstanding = true;
    startedAt = now;
    dueAt = now + (isRefused ? Pace.CALM : pace).nanos;
  }

  /** An answer came; one to another request than the last counts for nothing: false. */
  boolean answered(long answeredNonce) {
    boolean counts = outstanding && answeredNonce == nonce;
    if (counts) {
      isRefused = false;
      alive();
    }
    return counts;
  }

  /**
   * Its kernel said that nothing listens there (ICMP port unreachable): the agent is away. A kernel
   * says so to one host about once a second at most, so it is asked at the calm pace until the
   * agent answers again.
   */
  void refused() {
    isRefused = true;
    dueAt = Math.max(dueAt, startedAt + Pace.CALM.nanos);
    alive();
  }

  private void alive() {
    outstanding = false;
    missed = 0;
    answers++;
    if (pulse != Pulse.SILENT || answers >= pace.answersAfterSilence) {
      pulse = Pulse.ANSWERED;
    }
  }
}
