package dev.weft.agent.metrics;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds a page of the Prometheus text format, version 0.0.4. Not for several threads. */
public final class MetricsText {
  private final StringBuilder text = new StringBuilder();
  private final Map<String, String> families = new LinkedHashMap<>();

  /** A family's head; its samples follow at once. */
  public MetricsText family(String name, String type, String help) {
    if (families.put(name, type) != null) {
      throw new IllegalStateException("the family " + name + " was told already");
    }
    text.append("# HELP ").append(name).append(' ').append(escapeHelp(help)).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  public MetricsText sample(String name, long value) {
    return sample(name, new TreeMap<>(), value);
  }

  public MetricsText sample(String name, SortedMap<String, String> labels, long value) {
    return line(name, labels, Long.toString(value));
  }

  /** A figure in seconds. */
  public MetricsText seconds(String name, long nanos) {
    return seconds(name, new TreeMap<>(), nanos);
  }

  /** A figure in seconds. */
  public MetricsText seconds(String name, SortedMap<String, String> labels, long nanos) {
    var value = BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    return line(name, labels, value);
  }

  private MetricsText line(String name, SortedMap<String, String> labels, String value) {
    text.append(name);
    if (!labels.isEmpty()) {
      char separator = '{';
      for (var label : labels.entrySet()) {
        text.append(separator).append(label.getKey()).append("=\"");
        text.append(escapeLabel(label.getValue())).append('"');
        separator = ',';
      }
      text.append('}');
    }
    text.append(' ').append(value).append('\n');
    return this;
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
