package dev.weft.agent.probe;

import dev.weft.mesh.pathmtu.PathSearch;

/** The probes of one tunnel, one at a time. Not safe for threads. */
final class Probing {
  private static final long TIMEOUT_NANOS = 1_000_000_000L;

  private final Target target;
  private PathSearch search;
  private long nonce;
  private long sentAt;
  private boolean outstanding;
  private long dueAt;
  private long roundTrip;
  private long sent;
  private long lost;

  Probing(Target target, long dueAt, long nowEpochSecond) {
    this.target = target;
    this.search = PathSearch.of(target.deviceMtu(), target.floor(), nowEpochSecond);
    this.dueAt = dueAt;
  }

  Target target() {
    return target;
  }

  Tunnel tunnel(Pulse pulse) {
    return new Tunnel(
        target.name(), target.deviceMtu(), search.passes(), roundTrip, sent, lost, pulse);
  }

  /** Bytes of the inner packet that arrive. */
  int pathMtu() {
    return search.passes();
  }

  /** When something is to be done, {@link System#nanoTime()}. */
  long dueAt() {
    return outstanding ? sentAt + TIMEOUT_NANOS : dueAt;
  }

  /** Bytes of the inner packet of the probe that goes out now. */
  int start(long newNonce, long now, long nowEpochSecond) {
    nonce = newNonce;
    sentAt = now;
    outstanding = true;
    sent++;
    return search.next(nowEpochSecond);
  }

  /** Whether that was the answer to the probe on the way. */
  boolean answered(long answeredNonce, long now, long pause, long nowEpochSecond) {
    if (!outstanding || answeredNonce != nonce) {
      return false;
    }
    outstanding = false;
    roundTrip = now - sentAt;
    search = search.answered(nowEpochSecond);
    dueAt = search.isUrgent() ? now : now + pause;
    return true;
  }

  /** Whether the probe on the way was lost. */
  boolean timedOut(long now, long pause, long nowEpochSecond) {
    if (!outstanding || now - sentAt < TIMEOUT_NANOS) {
      return false;
    }
    outstanding = false;
    lost++;
    search = search.unanswered(nowEpochSecond);
    dueAt = search.isUrgent() ? now : now + pause;
    return true;
  }
}
