package dev.weft.mesh.metric;

import java.util.regex.Pattern;

/**
 * A label of a metric.
 *
 * @param name lower case with underscores
 * @param values what they are, and how many there can be of them in one process
 */
public record MetricLabel(String name, String values) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z_]*[a-z]");

  public MetricLabel {
    if (!NAME.matcher(name).matches() || values.isEmpty()) {
      throw new IllegalArgumentException("label '" + name + "' with the values '" + values + "'");
    }
  }
}
