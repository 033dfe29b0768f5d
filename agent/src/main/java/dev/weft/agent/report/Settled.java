package dev.weft.agent.report;

import java.time.Duration;
import java.time.Instant;

/**
 * Keeps back a finding that turns bad until it has lasted: names are still being looked up and
 * Secrets listed when the first plan is made. One thread.
 */
public final class Settled {
  private static final Duration LASTING = Duration.ofSeconds(3);

  private Finding told;
  private Instant badSince = Instant.MAX;

  /** Starts from this finding. */
  public Settled(Finding first) {
    this.told = first;
  }

  /** What to tell now. */
  public Finding settle(Finding now, Instant at) {
    if (now.good() || !told.good()) {
      badSince = Instant.MAX;
      told = now;
      return told;
    }
    badSince = badSince.equals(Instant.MAX) ? at : badSince;
    if (!at.isBefore(badSince.plus(LASTING))) {
      badSince = Instant.MAX;
      told = now;
    }
    return told;
  }
}
