package dev.weft.operator;

import dev.weft.operator.publish.Fence;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fence that knows until when no other operator can lead. Another that wants to lead waits for
 * the duration of the Lease after it saw its last renewal, which was made by this process and
 * stamped with its own clock. So a look at the Lease is good until then, and one look serves many
 * writes. Thread-safe.
 */
final class LeaderFence implements Fence {
  /** For a write that is on its way, and for clocks that run at different speed. */
  private static final Duration MARGIN = Duration.ofSeconds(3);

  private final String identity;
  private final Supplier<@Nullable Lease> read;
  private final InstantSource wall;
  private final LongSupplier ticks;
  private final Duration duration;
  private volatile boolean revoked;
  private boolean looked;
  private long validUntil;

  /**
   * A fence that has not looked yet.
   *
   * @param identity of this operator, as the Lease's holder
   * @param duration of the Lease
   * @param read reads the Lease; null: there is none
   * @param wall the clock that stamps renewals
   * @param ticks {@link System#nanoTime()}
   */
  LeaderFence(
      String identity,
      Duration duration,
      Supplier<@Nullable Lease> read,
      InstantSource wall,
      LongSupplier ticks) {
    this.identity = identity;
    this.duration = duration;
    this.read = read;
    this.wall = wall;
    this.ticks = ticks;
  }

  /** Lets no write pass any more; any thread. */
  void revoke() {
    revoked = true;
  }

  @Override
  public synchronized void pass() {
    if (!revoked && looked && ticks.getAsLong() - validUntil < 0) {
      return;
    }
    if (!revoked) {
      look();
    }
    if (revoked || ticks.getAsLong() - validUntil >= 0) {
      throw new NotLeading("this operator no longer leads, or can't be sure of it");
    }
  }

  private void look() {
    try {
      var lease = read.get();
      var spec = lease == null ? null : lease.getSpec();
      if (spec == null
          || spec.getRenewTime() == null
          || !identity.equals(spec.getHolderIdentity())) {
        revoked = true;
        return;
      }
      var left =
          Duration.between(wall.instant(), spec.getRenewTime().toInstant())
              .plus(duration)
              .minus(MARGIN);
      validUntil = ticks.getAsLong() + left.toNanos();
      looked = true;
    } catch (KubernetesClientException e) {
      throw new NotLeading("the leader's Lease can't be read: " + e.getMessage());
    }
  }
}
