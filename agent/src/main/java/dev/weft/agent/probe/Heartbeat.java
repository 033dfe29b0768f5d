package dev.weft.agent.probe;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The state of one pulse: a small request at a {@link Pace}, and what became of it. Three without
 * an answer make silence, which at the calm pace is sooner known than a gateway's Lease runs out
 * (10 s). An answer is waited for twice as long as the one before it took, at least for a pause and
 * at most for the calm one; one that comes later still counts. Not safe for threads.
 */
final class Heartbeat {
  private static final int MISSES = 3;

  private final Pace pace;
  private final Deque<Request> pending = new ArrayDeque<>();
  private final Deque<Request> late = new ArrayDeque<>();
  private Pulse pulse = Pulse.UNKNOWN;
  private long roundTrip;
  private int missed;
  private int answers;
  private boolean isRefused;
  private long startedAt;
  private long firstMissedAt;
  private long dueAt;

  private record Request(long nonce, long sentAt) {}

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

  /** A request goes out now; those before it that were waited for long enough are missing. */
  void start(long nonce, long now) {
    late.removeIf(r -> now - r.sentAt > Pace.CALM.nanos);
    while (!pending.isEmpty() && now - pending.getFirst().sentAt >= patience()) {
      miss(pending.removeFirst());
    }
    pending.addLast(new Request(nonce, now));
    startedAt = now;
    dueAt = now + (isRefused ? Pace.CALM.nanos : pause());
  }

  private void miss(Request request) {
    late.addLast(request);
    answers = 0;
    if (missed == 0 && pulse != Pulse.SILENT) {
      firstMissedAt = request.sentAt;
    }
    missed++;
    if (missed >= MISSES) {
      pulse = Pulse.SILENT;
    }
  }

  private long pause() {
    return missed > 0 && pulse != Pulse.SILENT ? pace.nanosInDoubt : pace.nanos;
  }

  private long patience() {
    return Math.max(pause(), Math.min(2 * roundTrip, Pace.CALM.nanos));
  }

  /** An answer came; one to no request that is remembered counts for nothing: false. */
  boolean answered(long nonce, long now) {
    var request =
        Stream.concat(pending.stream(), late.stream()).filter(r -> r.nonce == nonce).findFirst();
    request.ifPresent(
        r -> {
          roundTrip = now - r.sentAt;
          pending.removeIf(p -> p.sentAt <= r.sentAt);
          late.remove(r);
          isRefused = false;
          alive();
        });
    return request.isPresent();
  }

  /**
   * Its kernel said that nothing listens there (ICMP port unreachable): the agent is away. A kernel
   * says so to one host about once a second at most, so it is asked at the calm pace until the
   * agent answers again.
   */
  void refused() {
    isRefused = true;
    dueAt = Math.max(dueAt, startedAt + Pace.CALM.nanos);
    pending.clear();
    alive();
  }

  private void alive() {
    missed = 0;
    answers++;
    if (pulse != Pulse.SILENT || answers >= pace.answersAfterSilence) {
      pulse = Pulse.ANSWERED;
    }
  }
}
