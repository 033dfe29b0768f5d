package dev.weft.agent.metrics;

import dev.weft.mesh.metric.CounterTable;
import dev.weft.mesh.metric.Histogram;
import dev.weft.mesh.metric.MetricsText;
import java.util.OptionalDouble;

/** What the agent counts from its start; any thread. */
public final class AgentCounters {
  private final CounterTable counters = new CounterTable();
  private final Histogram passes = new Histogram();
  private final Histogram plans = new Histogram();
  private final Histogram convergences = new Histogram();
  private final Histogram failovers = new Histogram(AgentCatalog.FAILOVER_SECONDS);
  private volatile OptionalDouble start = OptionalDouble.empty();

  /** A pass of the loop. */
  public void pass(long nanos) {
    passes.observeNanos(nanos);
  }

  /** A desired state was computed. */
  public void planned(long nanos) {
    plans.observeNanos(nanos);
  }

  /** A new view was in the kernel that long after its watch event. */
  public void converged(long nanos) {
    convergences.observeNanos(nanos);
  }

  /** A gateway that fell silent was left, that long after the first request without an answer. */
  public void failedOver(long nanos) {
    failovers.observeNanos(nanos);
  }

  /** The kernel was as a view wants it for the first time, that long after the process started. */
  public void started(double seconds) {
    start = OptionalDouble.of(seconds);
  }

  /**
   * A change asked of the kernel.
   *
   * @param kind such as {@code SetRoute}
   */
  public void change(String kind) {
    counters.add(AgentCatalog.CHANGES, 1, kind);
  }

  /**
   * A change refused by the kernel.
   *
   * @param errno its name; {@code none}: there was no answer
   */
  public void failure(String kind, String errno) {
    counters.add(AgentCatalog.FAILURES, 1, kind, errno);
  }

  /** Changes that put right what somebody else had changed. */
  public void repaired(int count) {
    counters.add(AgentCatalog.REPAIRS, count);
  }

  /** A pass that ended with a defect. */
  public void passFailed() {
    counters.add(AgentCatalog.PASS_FAILURES, 1);
  }

  /** A watch whose connection died without a sign. */
  public void watchLost() {
    counters.add(AgentCatalog.WATCHES_LOST, 1);
  }

  /** A view was given up because the API server was lost with it. */
  public void viewRefused() {
    counters.add(AgentCatalog.VIEWS_REFUSED, 1);
  }

  /** A list or watch that failed. */
  public void apiFailure() {
    counters.add(AgentCatalog.API_FAILURES, 1);
  }

  void write(MetricsText page, boolean hasLanes) {
    passes.write(page, AgentCatalog.RECONCILE);
    plans.write(page, AgentCatalog.PLAN);
    convergences.write(page, AgentCatalog.CONVERGENCE);
    if (hasLanes) {
      failovers.write(page, AgentCatalog.LANE_FAILOVER);
    } else {
      page.family(AgentCatalog.LANE_FAILOVER);
    }
    page.family(AgentCatalog.START);
    start.ifPresent(seconds -> page.sample(seconds));
    counters.write(page, AgentCatalog.CHANGES);
    counters.write(page, AgentCatalog.FAILURES);
    counters.write(page, AgentCatalog.REPAIRS);
    counters.write(page, AgentCatalog.API_FAILURES);
    counters.write(page, AgentCatalog.WATCHES_LOST);
    counters.write(page, AgentCatalog.PASS_FAILURES);
    counters.write(page, AgentCatalog.VIEWS_REFUSED);
  }
}
