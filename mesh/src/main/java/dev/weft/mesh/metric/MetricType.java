package dev.weft.mesh.metric;

import java.util.Locale;

/** How a metric's samples behave (Prometheus text format, {@code # TYPE}). */
public enum MetricType {
  /** Only grows, from 0 at the start of the process. */
  COUNTER,
  /** Goes up and down. */
  GAUGE,
  /** How many observations fell below each bound; their sum and number. */
  HISTOGRAM;

  /** As the text format spells it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
