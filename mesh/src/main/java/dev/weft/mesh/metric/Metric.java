package dev.weft.mesh.metric;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a metric is: the source of its head on the page, of the reference in {@code
 * docs/metrics.md}, and of the check of alerts and dashboards. Keeps Prometheus's naming
 * conventions: a prefix, base units (seconds, bytes), {@code _total} for counters alone.
 *
 * @param name with prefix and unit
 * @param type how its samples behave
 * @param help one sentence
 * @param labels in the order in which samples give their values
 */
public record Metric(String name, MetricType type, String help, List<MetricLabel> labels) {
  private static final Pattern NAME = Pattern.compile("(weft|process)(_[a-z]+)+");
  private static final List<String> NOT_BASE_UNITS =
      List.of("_ms", "_millis", "_milliseconds", "_minutes", "_hours", "_kilobytes", "_percent");

  public Metric {
    labels = List.copyOf(labels);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a metric's name is weft_…, lower case: " + name);
    }
    if (name.endsWith("_total") != (type == MetricType.COUNTER)) {
      throw new IllegalArgumentException("counters, and they alone, end with _total: " + name);
    }
    if (NOT_BASE_UNITS.stream().anyMatch(name::contains)) {
      throw new IllegalArgumentException("a metric is given in seconds, bytes, ratios: " + name);
    }
    if (!help.endsWith(".")) {
      throw new IllegalArgumentException("the help of " + name + " is no sentence");
    }
  }

  /** A counter. */
  public static Metric counter(String name, String help, MetricLabel... labels) {
    return new Metric(name, MetricType.COUNTER, help, List.of(labels));
  }

  /** A gauge. */
  public static Metric gauge(String name, String help, MetricLabel... labels) {
    return new Metric(name, MetricType.GAUGE, help, List.of(labels));
  }

  /** A histogram without labels. */
  public static Metric histogram(String name, String help) {
    return new Metric(name, MetricType.HISTOGRAM, help, List.of());
  }

  /** Names of the series that a query may ask for. */
  public List<String> seriesNames() {
    return type == MetricType.HISTOGRAM
        ? Stream.of("_bucket", "_sum", "_count").map(name::concat).toList()
        : List.of(name);
  }
}
