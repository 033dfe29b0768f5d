package dev.weft.agent.report;

import java.time.Duration;
import java.time.Instant;

/**
 * A finding that is reported as bad only after it has been bad for three seconds: when the first
 * plan is made, names are still being resolved and Secrets listed. One thread.
 */
public final class DebouncedFinding {
  private static final Duration LASTING = Duration.ofSeconds(3);

  private Finding reported;
  private Instant badSince = Instant.MAX;

  /** Starts from this finding. */
  public DebouncedFinding(Finding first) {
    this.reported = first;
  }

  /** What to report now. */
  public Finding settle(Finding now, Instant at) {
    if (now.good() || !reported.good()) {
      badSince = Instant.MAX;
      reported = now;
      return reported;
    }
    badSince = badSince.equals(Instant.MAX) ? at : badSince;
    if (!at.isBefore(badSince.plus(LASTING))) {
      badSince = Instant.MAX;
      reported = now;
    }
    return reported;
  }
}
