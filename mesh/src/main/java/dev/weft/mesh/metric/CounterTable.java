package dev.weft.mesh.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.DoubleAdder;

/** Counters by metric and label values, from 0 at the start of the process. Any thread. */
public final class CounterTable {
  private record Series(Metric metric, List<String> values) {}

  private final ConcurrentMap<Series, DoubleAdder> sums = new ConcurrentHashMap<>();

  /**
   * Adds to a counter.
   *
   * @param labelValues in the order of the metric's labels
   */
  public void add(Metric metric, double amount, String... labelValues) {
    sums.computeIfAbsent(new Series(metric, List.of(labelValues)), s -> new DoubleAdder())
        .add(amount);
  }

  /** Sum of a counter over all label values. */
  public double total(Metric metric) {
    return sums.entrySet().stream()
        .filter(e -> e.getKey().metric().equals(metric))
        .mapToDouble(e -> e.getValue().sum())
        .sum();
  }

  /** Writes the family; without labels its sample is there from the start, so that 0 is shown. */
  public void write(MetricsText page, Metric metric) {
    page.family(metric);
    var mine = new ArrayList<Series>();
    sums.keySet().stream().filter(s -> s.metric().equals(metric)).forEach(mine::add);
    mine.sort(Comparator.comparing(s -> String.join("\0", s.values())));
    if (mine.isEmpty() && metric.labels().isEmpty()) {
      page.sample(0);
    }
    for (var series : mine) {
      var sum = sums.get(series);
      page.sample(sum == null ? 0 : sum.sum(), series.values().toArray(String[]::new));
    }
  }
}
