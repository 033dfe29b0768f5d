package dev.weft.operator.observe;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When agents were heard of, by the operator's own clock: a Lease runs out when no renewal has
 * <em>arrived</em> for its duration, so that agents' clocks don't matter. Times are {@link
 * System#nanoTime()}. Thread-safe.
 */
public final class LeaseClock {
  private static final int DEFAULT_SECONDS = 60;

  /**
   * What is known of one Lease.
   *
   * @param countedFrom where the count to its end began
   * @param renewedAt when a renewal arrived; absent: the Lease was seen, but no renewal of it
   */
  private record Beat(String renewTime, int seconds, long countedFrom, @Nullable Long renewedAt) {
    long expiresAt() {
      return countedFrom + Duration.ofSeconds(seconds).toNanos();
    }
  }

  private final Map<String, Beat> beats = new HashMap<>();

  /** Takes a Lease as read; whether its owner had run out or was never heard of. */
  public synchronized boolean heard(Lease lease, long now) {
    var name = lease.getMetadata().getName();
    var before = beats.get(name);
    var renewTime = renewTime(lease);
    if (before != null && before.renewTime().equals(renewTime)) {
      return false;
    }
    // A Lease seen for the first time may be that of a node that died long ago.
    beats.put(name, new Beat(renewTime, seconds(lease), now, before == null ? null : now));
    return before == null || before.expiresAt() <= now;
  }

  /** Forgets a node. */
  public synchronized void gone(String node) {
    beats.remove(node);
  }

  /** Starts every count anew: after a time in which renewals could not arrive. */
  public synchronized void restart(long now) {
    beats.replaceAll(
        (node, beat) -> new Beat(beat.renewTime(), beat.seconds(), now, beat.renewedAt()));
  }

  /** Nodes that were heard of at some time. */
  public synchronized Set<String> known() {
    return Set.copyOf(beats.keySet());
  }

  /** Nodes whose Lease has run out, with the time at which it did. */
  public synchronized Map<String, Long> expired(long now) {
    var expired = new HashMap<String, Long>();
    beats.forEach(
        (node, beat) -> {
          if (beat.expiresAt() <= now) {
            expired.put(node, beat.expiresAt());
          }
        });
    return expired;
  }

  /** Where the count of each node began: its last renewal, or the end of an outage. */
  public synchronized Map<String, Long> countedFrom() {
    var starts = new HashMap<String, Long>();
    beats.forEach((node, beat) -> starts.put(node, beat.countedFrom()));
    return starts;
  }

  /** When a renewal of each node arrived last; nodes that were never seen to renew are absent. */
  public synchronized Map<String, Long> renewals() {
    var renewals = new HashMap<String, Long>();
    beats.forEach(
        (node, beat) -> {
          if (beat.renewedAt() != null) {
            renewals.put(node, beat.renewedAt());
          }
        });
    return renewals;
  }

  /** When the next Lease runs out if nobody renews; {@link Long#MAX_VALUE}: none. */
  public synchronized long nextExpiry(long now) {
    var next = Long.MAX_VALUE;
    for (var beat : new HashSet<>(beats.values())) {
      if (beat.expiresAt() > now) {
        next = Math.min(next, beat.expiresAt());
      }
    }
    return next;
  }

  private static String renewTime(Lease lease) {
    return lease.getSpec() == null || lease.getSpec().getRenewTime() == null
        ? ""
        : lease.getSpec().getRenewTime().toString();
  }

  private static int seconds(Lease lease) {
    @Nullable Integer seconds =
        lease.getSpec() == null ? null : lease.getSpec().getLeaseDurationSeconds();
    return seconds == null || seconds <= 0 ? DEFAULT_SECONDS : seconds;
  }
}
