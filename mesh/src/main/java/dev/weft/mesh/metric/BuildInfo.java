package dev.weft.mesh.metric;

/** What runs here, as a metric that is always 1. */
public final class BuildInfo {
  /** The same family for all of Weft's programs. */
  public static final Metric METRIC =
      Metric.gauge(
          "weft_build_info",
          "What runs here; always 1.",
          new MetricLabel("component", "`agent` or `operator`"),
          new MetricLabel("version", "of the build; 1"));

  private BuildInfo() {}

  /** Writes the family. */
  public static void write(MetricsText page, String component, String version) {
    page.family(METRIC).sample(1, component, version);
  }
}
