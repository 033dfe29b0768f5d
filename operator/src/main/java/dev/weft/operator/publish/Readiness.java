package dev.weft.operator.publish;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * How long nodes have been behind what is in force. A node gets {@link #GRACE} to apply a change
 * before anything is said of it, so that no change makes every status flap.
 */
final class Readiness {
  static final Duration GRACE = Duration.ofSeconds(10);

  private final Map<String, Long> behindSince = new HashMap<>();

  /** Whether the node may still take its time. */
  boolean isPatientWith(String node, boolean behind, long now) {
    if (!behind) {
      behindSince.remove(node);
      return false;
    }
    return now - behindSince.computeIfAbsent(node, n -> now) < GRACE.toNanos();
  }

  /** Forgets all other nodes. */
  void retain(Set<String> nodes) {
    behindSince.keySet().retainAll(nodes);
  }

  /** When the next grace ends. */
  Duration next(long now) {
    return behindSince.values().stream()
        .map(since -> since + GRACE.toNanos() - now)
        .filter(left -> left > 0)
        .min(Long::compare)
        .map(Duration::ofNanos)
        .orElse(Duration.ofDays(1));
  }
}
