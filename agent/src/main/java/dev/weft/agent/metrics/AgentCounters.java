package dev.weft.agent.metrics;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the agent counts from its start; any thread. */
public final class AgentCounters {
  private final AtomicLong passes = new AtomicLong();
  private final AtomicLong passNanos = new AtomicLong();
  private final AtomicLong repairs = new AtomicLong();
  private final AtomicLong apiFailures = new AtomicLong();
  private final Map<String, AtomicLong> changes = new ConcurrentSkipListMap<>();
  private final Map<String, AtomicLong> failures = new ConcurrentSkipListMap<>();

  /** A pass of the loop. */
  public void pass(long nanos) {
    passes.incrementAndGet();
    passNanos.addAndGet(nanos);
  }

  /**
   * A change asked of the kernel.
   *
   * @param kind such as {@code SetRoute}
   */
  public void change(String kind) {
    changes.computeIfAbsent(kind, k -> new AtomicLong()).incrementAndGet();
  }

  /** A change refused by the kernel. */
  public void failure(String kind) {
    failures.computeIfAbsent(kind, k -> new AtomicLong()).incrementAndGet();
  }

  /** Changes that put right what somebody else had changed. */
  public void repaired(int count) {
    repairs.addAndGet(count);
  }

  /** A list or watch that failed. */
  public void apiFailure() {
    apiFailures.incrementAndGet();
  }

  void write(MetricsText page) {
    page.family("weft_reconcile_total", "counter", "Passes of the reconcile loop.")
        .sample("weft_reconcile_total", passes.get());
    page.family("weft_reconcile_seconds_total", "counter", "Time spent in the reconcile loop.")
        .seconds("weft_reconcile_seconds_total", passNanos.get());
    page.family("weft_apply_changes_total", "counter", "Changes asked of the kernel, by kind.");
    changes.forEach((k, n) -> page.sample("weft_apply_changes_total", kind(k), n.get()));
    page.family("weft_apply_failures_total", "counter", "Changes refused by the kernel, by kind.");
    failures.forEach((k, n) -> page.sample("weft_apply_failures_total", kind(k), n.get()));
    page.family(
            "weft_drift_repairs_total",
            "counter",
            "Changes that put right what somebody else had changed in the kernel.")
        .sample("weft_drift_repairs_total", repairs.get());
    page.family("weft_api_failures_total", "counter", "Lists and watches that failed.")
        .sample("weft_api_failures_total", apiFailures.get());
  }

  private static SortedMap<String, String> kind(String kind) {
    return new TreeMap<>(Map.of("kind", kind));
  }
}
