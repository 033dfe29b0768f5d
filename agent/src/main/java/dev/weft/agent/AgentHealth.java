package dev.weft.agent;

import dev.weft.agent.http.Health;
import dev.weft.agent.metrics.AgentGauges;
import dev.weft.agent.reconcile.ReconcileLoop;
import dev.weft.runtime.thread.Supervision;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** What the agent answers to {@code /healthz} and {@code /readyz}. Any thread. */
final class AgentHealth {
  private final Supervision supervision;
  private final AtomicReference<ReconcileLoop> loop;

  /**
   * The health of an agent.
   *
   * @param supervision its background threads
   * @param loop its passes; empty until it is put together
   */
  AgentHealth(Supervision supervision, AtomicReference<ReconcileLoop> loop) {
    this.supervision = supervision;
    this.loop = loop;
  }

  /** Whether passes end well. */
  boolean isAlive() {
    var running = loop.get();
    return running != null && running.isAlive();
  }

  Health health() {
    var stalled = stalled();
    if (stalled.isPresent()) {
      return stalled.get();
    }
    return isAlive()
        ? new Health(true, "ok")
        : new Health(
            false, "no pass ended well for a minute, or three in a row failed; see the log");
  }

  /** Nothing if all background threads come round. */
  private Optional<Health> stalled() {
    var stalled = supervision.stalled();
    return stalled.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Health(
                false, "background threads no longer come round: " + String.join(", ", stalled)));
  }

  /**
   * Whether the node is as the mesh wants it.
   *
   * @param last how it stood after the last pass
   */
  Health readiness(Supplier<AgentGauges> last) {
    var stalled = stalled();
    if (stalled.isPresent()) {
      return stalled.get();
    }
    var running = loop.get();
    if (running != null && running.failures() > 0) {
      return new Health(false, "the last pass failed; see the log");
    }
    var gauges = last.get();
    if (gauges.ready()) {
      return new Health(true, "ok: revision " + gauges.revision() + " applied");
    }
    return new Health(
        false,
        gauges.mesh().isEmpty()
            ? "there is no view of a mesh yet"
            : "the kernel is not as the view wants it; see the conditions of the NodeReport");
  }
}
