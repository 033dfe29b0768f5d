package dev.weft.mesh.metric;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Set;

/**
 * A page of the Prometheus text format, version 0.0.4, that is being written: a family's head, then
 * its samples, then the next. One thread.
 */
public final class MetricsText {
  private static final double EXACT = 9e15;

  private final StringBuilder text = new StringBuilder();
  private final Set<String> written = new HashSet<>();
  private Metric current = Metric.gauge("weft_none", "None.");

  /** A family's head; its samples follow at once. */
  public MetricsText family(Metric metric) {
    if (!written.add(metric.name())) {
      throw new IllegalStateException("the family " + metric.name() + " was written already");
    }
    current = metric;
    var name = metric.name();
    text.append("# HELP ").append(name).append(' ').append(escapeHelp(metric.help())).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(metric.type().text()).append('\n');
    return this;
  }

  /**
   * A sample of the family that was written last.
   *
   * @param labelValues in the order of the metric's labels
   */
  public MetricsText sample(double value, String... labelValues) {
    var labels = current.labels();
    if (labels.size() != labelValues.length) {
      throw new IllegalArgumentException(
          "%s has %d labels, not %d".formatted(current.name(), labels.size(), labelValues.length));
    }
    text.append(current.name());
    char separator = '{';
    for (int i = 0; i < labelValues.length; i++) {
      label(separator, labels.get(i).name(), labelValues[i]);
      separator = ',';
    }
    text.append(labelValues.length == 0 ? "" : "}");
    return value(value);
  }

  /** A family of one sample. */
  public MetricsText only(Metric metric, double value) {
    return family(metric).sample(value);
  }

  void bucket(String bound, long count) {
    text.append(current.name()).append("_bucket");
    label('{', "le", bound);
    text.append('}');
    value((double) count);
  }

  void part(String suffix, double value) {
    text.append(current.name()).append(suffix);
    value(value);
  }

  private void label(char separator, String name, String value) {
    text.append(separator).append(name).append("=\"").append(escapeLabel(value)).append('"');
  }

  private MetricsText value(double value) {
    text.append(' ').append(number(value)).append('\n');
    return this;
  }

  /** A number as Go's {@code strconv} reads it, without exponent. */
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < EXACT) {
      return Long.toString((long) value);
    }
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String escapeHelp(String help) {
    return help.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static String escapeLabel(String value) {
    return escapeHelp(value).replace("\"", "\\\"");
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
