package dev.weft.mesh.metric;

import java.util.List;

/** Observations in seconds, counted by upper bound. Any thread. */
public final class Histogram {
  /** From a hundredth of a second to a minute: what people wait for. */
  public static final List<Double> SECONDS =
      List.of(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0);

  private final List<Double> bounds;
  private final long[] counts;
  private double sum;

  /** One that has seen nothing yet, with the bounds {@link #SECONDS}. */
  public Histogram() {
    this(SECONDS);
  }

  /**
   * One that has seen nothing yet.
   *
   * @param bounds upper ones, inclusive, ascending; what is above the last is counted, too
   */
  public Histogram(List<Double> bounds) {
    this.bounds = List.copyOf(bounds);
    this.counts = new long[bounds.size() + 1];
  }

  /** Takes one in. */
  public synchronized void observeNanos(long nanos) {
    double seconds = nanos / 1e9;
    int at = 0;
    while (at < bounds.size() && seconds > bounds.get(at)) {
      at++;
    }
    counts[at]++;
    sum += seconds;
  }

  /** How many were taken in. */
  public synchronized long count() {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    return all;
  }

  /** Writes the family: cumulative counts by bound, sum and number. */
  public synchronized void write(MetricsText page, Metric metric) {
    page.family(metric);
    long below = 0;
    for (int i = 0; i < bounds.size(); i++) {
      below += counts[i];
      page.bucket(MetricsText.number(bounds.get(i)), below);
    }
    page.bucket("+Inf", count());
    page.part("_sum", sum);
    page.part("_count", (double) count());
  }
}
