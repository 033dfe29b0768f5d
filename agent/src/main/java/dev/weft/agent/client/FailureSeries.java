package dev.weft.agent.client;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Failures to reach the API server, one after the other. One that is over soon is information, as
 * while a cluster starts or an API server is replaced; a series that lasts is a warning, once a
 * minute.
 */
public final class FailureSeries {
  private static final long BRIEF_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  /** Longer than any pause between two tries. */
  private static final long OVER_NANOS = Duration.ofMinutes(2).toNanos();

  private final LongSupplier clock;
  private boolean failing;
  private boolean warned;
  private long since;
  private long lastAt;
  private long warnedAt;

  /** What an administrator has to read of a failure. */
  public enum Worth {
    /** Logged already. */
    NOTHING,
    /** It may be over soon. */
    INFORMATION,
    /** It lasts. */
    WARNING
  }

  /** None yet. */
  public FailureSeries() {
    this(System::nanoTime);
  }

  FailureSeries(LongSupplier clock) {
    this.clock = clock;
  }

  /** It failed once more. */
  public synchronized Worth failed() {
    long now = clock.getAsLong();
    if (!failing || now - lastAt > OVER_NANOS) {
      failing = true;
      warned = false;
      since = now;
      lastAt = now;
      return Worth.INFORMATION;
    }
    lastAt = now;
    if (now - since < BRIEF_NANOS || (warned && now - warnedAt < QUIET_NANOS)) {
      return Worth.NOTHING;
    }
    warned = true;
    warnedAt = now;
    return Worth.WARNING;
  }

  /** It succeeded: the series is over. */
  public synchronized void succeeded() {
    failing = false;
  }
}
