package dev.weft.operator.http;

import dev.weft.mesh.metric.BuildInfo;
import dev.weft.mesh.metric.CounterTable;
import dev.weft.mesh.metric.Histogram;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricsText;
import dev.weft.runtime.thread.Supervision;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What the operator counts, and how things stood after its last plan. Any thread. */
public final class Metrics {
  private static final long NONE = Long.MIN_VALUE;

  private final String version;
  private final CounterTable counters = new CounterTable();
  private final Histogram plans = new Histogram();
  private final Histogram reactions = new Histogram();
  private final Map<Metric, Map<List<String>, Long>> states = new ConcurrentHashMap<>();
  private final AtomicLong changedAt = new AtomicLong(NONE);
  private final Supervision threads;
  private volatile boolean leading;

  /** Those of this build. */
  public static Metrics ofThisBuild() {
    var version = Metrics.class.getPackage().getImplementationVersion();
    return new Metrics(version == null ? "development" : version);
  }

  /** Nothing has happened yet. */
  public Metrics(String version) {
    this(version, new Supervision());
  }

  /** The same with a supervision of the threads by another clock. */
  public Metrics(String version, Supervision threads) {
    this.version = version;
    this.threads = threads;
  }

  /** A watch event that asked for a plan. */
  public void changed(long nanoTime) {
    changedAt.compareAndSet(NONE, nanoTime);
    counters.add(OperatorCatalog.CHANGES, 1);
  }

  /** A plan begins; what changes from now on is for the next. */
  public Planning planning(long nanoTime) {
    return new Planning(nanoTime, changedAt.getAndSet(NONE));
  }

  /**
   * A plan that is being made.
   *
   * @param startedAt {@link System#nanoTime()}
   * @param changedAt when the first change was told that it takes in; the least value: none was
   */
  public record Planning(long startedAt, long changedAt) {}

  /** It is published, with all that belongs to it. */
  public void planned(Planning planning, long nanoTime) {
    plans.observeNanos(nanoTime - planning.startedAt());
    if (planning.changedAt() != NONE) {
      reactions.observeNanos(nanoTime - planning.changedAt());
    }
  }

  /** A plan ended with a defect. */
  public void faulted() {
    counters.add(OperatorCatalog.FAULTS, 1);
  }

  /** An Event beyond the budget, which was not written. */
  public void eventDropped() {
    counters.add(OperatorCatalog.EVENTS_DROPPED, 1);
  }

  /** A watch that died without being told; any thread. */
  public void watchLost() {
    counters.add(OperatorCatalog.WATCHES_LOST, 1);
  }

  /** The background threads of the process, through all terms; that of plans is not among them. */
  public Supervision threads() {
    return threads;
  }

  /** Whether it leads. */
  public void leading(boolean now) {
    leading = now;
  }

  /** An object written. */
  public void written(String kind, String what) {
    counters.add(OperatorCatalog.WRITES, 1, kind, what);
  }

  /** A refusal. */
  public void failed(String kind, String what) {
    counters.add(OperatorCatalog.WRITE_FAILURES, 1, kind, what);
  }

  /** How it is now. */
  public void state(Metric metric, long value) {
    states.put(metric, Map.of(List.of(), value));
  }

  /** How many there are now of each combination of label values. */
  public void state(Metric metric, Map<List<String>, Long> counts) {
    states.put(metric, Map.copyOf(counts));
  }

  /** How many plans were made. */
  public long plans() {
    return plans.count();
  }

  /** How many watch events asked for a plan. */
  public double changes() {
    return counters.total(OperatorCatalog.CHANGES);
  }

  /** How many objects were written. */
  public double writes() {
    return counters.total(OperatorCatalog.WRITES);
  }

  /** The page, as a scraper reads it. */
  public String text() {
    var page = new MetricsText();
    BuildInfo.write(page, "operator", version);
    page.only(OperatorCatalog.LEADER, leading ? 1 : 0);
    plans.write(page, OperatorCatalog.PLANS);
    reactions.write(page, OperatorCatalog.REACTIONS);
    for (var counter :
        List.of(
            OperatorCatalog.CHANGES,
            OperatorCatalog.FAULTS,
            OperatorCatalog.WATCHES_LOST,
            OperatorCatalog.EVENTS_DROPPED,
            OperatorCatalog.WRITES,
            OperatorCatalog.WRITE_FAILURES)) {
      counters.write(page, counter);
    }
    page.family(OperatorCatalog.THREAD_FAILURES);
    threads.failures().forEach((thread, failures) -> page.sample(failures, thread));
    page.only(OperatorCatalog.THREADS_STALLED, threads.stalled().size());
    for (var state :
        List.of(
            OperatorCatalog.PROBLEMS,
            OperatorCatalog.NODES,
            OperatorCatalog.PEERS,
            OperatorCatalog.HELD,
            OperatorCatalog.FROZEN,
            OperatorCatalog.NOT_REDUNDANT)) {
      page.family(state);
      states.getOrDefault(state, Map.of()).entrySet().stream()
          .sorted(Comparator.comparing(e -> String.join("\0", e.getKey())))
          .forEach(e -> page.sample(e.getValue(), e.getKey().toArray(String[]::new)));
    }
    return page.toString();
  }
}
