package dev.weft.agent;

import dev.weft.agent.client.ApiErrors;
import dev.weft.agent.client.FailureSeries;
import dev.weft.agent.metrics.AgentCounters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs lists and watches that fail: each is counted, those that last are a warning. */
final class ApiFailures {
  private static final Logger LOG = LoggerFactory.getLogger(ApiFailures.class);

  private final AgentCounters counters;
  private final FailureSeries series = new FailureSeries();

  ApiFailures(AgentCounters counters) {
    this.counters = counters;
  }

  void failed(Throwable failure) {
    counters.apiFailure();
    var text = ApiErrors.text(failure);
    switch (series.failed()) {
      case NOTHING -> {}
      case INFORMATION ->
          LOG.info("a watch of the API server failed: {}; it is started again", text);
      case WARNING ->
          LOG.warn("the API server can't be watched: {}; going on with what is known", text);
    }
  }
}
