package dev.weft.agent;

import dev.weft.agent.client.ApiErrors;
import dev.weft.agent.metrics.AgentCounters;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of lists and watches that fail: each is counted, one a minute is logged. */
final class ApiFailures {
  private static final Logger LOG = LoggerFactory.getLogger(ApiFailures.class);
  private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

  private final AgentCounters counters;
  private long toldAt;
  private boolean told;

  ApiFailures(AgentCounters counters) {
    this.counters = counters;
  }

  void failed(Throwable failure) {
    counters.apiFailure();
    if (isNews()) {
      LOG.warn(
          "the API server can't be watched: {}; going on with what is known",
          ApiErrors.text(failure));
    }
  }

  private synchronized boolean isNews() {
    long now = System.nanoTime();
    if (told && now - toldAt < QUIET_NANOS) {
      return false;
    }
    told = true;
    toldAt = now;
    return true;
  }
}
