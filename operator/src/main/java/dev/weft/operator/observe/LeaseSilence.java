package dev.weft.operator.observe;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether the watch of the agents' Leases still tells anything. Agents renew every few seconds, so
 * half a minute without any event is suspicious, and a list with renewals that the watch never told
 * is the proof that it died. Thread-safe.
 */
public final class LeaseSilence {
  static final Duration SUSPICIOUS = Duration.ofSeconds(30);

  private final Map<String, String> told = new ConcurrentHashMap<>();
  private volatile long toldAt;

  /** The watch begins at that time, {@link System#nanoTime()}. */
  public LeaseSilence(long now) {
    toldAt = now;
  }

  /** The watch told of a Lease. */
  public void told(Lease lease, long now) {
    told.put(lease.getMetadata().getName(), renewal(lease));
    toldAt = now;
  }

  /** The watch told that a Lease is gone. */
  public void gone(String name, long now) {
    told.remove(name);
    toldAt = now;
  }

  /** Whether the API server should be asked. */
  public boolean isSuspicious(long now) {
    return !told.isEmpty() && now - toldAt >= SUSPICIOUS.toNanos();
  }

  /** Whether the answer has a renewal that the watch should have told long ago. */
  public boolean isDead(LeaseAnswer answer, long now) {
    return isSuspicious(now)
        && answer instanceof LeaseAnswer.Listed(var askedAt, var leases)
        && askedAt - toldAt >= SUSPICIOUS.toNanos()
        && leases.stream().anyMatch(l -> !renewal(l).equals(told.get(l.getMetadata().getName())));
  }

  /** How long until it is suspicious, if nothing is told; negative: it is. */
  public Duration next(long now) {
    return told.isEmpty() ? Duration.ofDays(1) : SUSPICIOUS.minusNanos(now - toldAt);
  }

  private static String renewal(Lease lease) {
    return lease.getSpec() == null || lease.getSpec().getRenewTime() == null
        ? ""
        : lease.getSpec().getRenewTime().toString();
  }
}
