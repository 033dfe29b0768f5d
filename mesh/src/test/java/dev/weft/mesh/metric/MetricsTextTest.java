package dev.weft.mesh.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsTextTest {
  private static final Metric GAUGE =
      Metric.gauge("weft_words", "Back\\slash.", new MetricLabel("word", "any"));

  @Test
  void labelsAndHelpAreEscaped() {
    var page = new MetricsText().family(GAUGE).sample(1, "say \"hi\"\n\\");
    assertEquals(
        """
        # HELP weft_words Back\\\\slash.
        # TYPE weft_words gauge
        weft_words{word="say \\"hi\\"\\n\\\\"} 1
        """,
        page.toString());
  }

  @Test
  void aFamilyIsToldOnce() {
    var page = new MetricsText().family(GAUGE);
    assertThrows(IllegalStateException.class, () -> page.family(GAUGE));
  }

  @Test
  void aSampleHasAValueForEachLabel() {
    var page = new MetricsText().family(GAUGE);
    assertThrows(IllegalArgumentException.class, () -> page.sample(1));
    assertThrows(IllegalArgumentException.class, () -> page.sample(1, "a", "b"));
  }

  @Test
  void numbersAreWrittenWithoutExponent() {
    for (var row :
        List.of(
            List.of(0.0, "0"),
            List.of(3e9, "3000000000"),
            List.of(1.25e-7, "0.000000125"),
            List.of(-2.5, "-2.5"))) {
      assertEquals(row.get(1), MetricsText.number((Double) row.get(0)));
    }
  }

  @Test
  void namesThatBreakTheConventionsAreRefused() {
    for (var name :
        List.of("ready", "weft_Ready", "weft_plan_ms", "weft_plan_total", "weft_age_minutes")) {
      assertThrows(IllegalArgumentException.class, () -> Metric.gauge(name, "Help."), name);
    }
    assertThrows(IllegalArgumentException.class, () -> Metric.counter("weft_repairs", "Help."));
    assertThrows(IllegalArgumentException.class, () -> Metric.gauge("weft_ready", "no sentence"));
    assertThrows(IllegalArgumentException.class, () -> new MetricLabel("Kind", "any"));
  }

  @Test
  void aHistogramCountsWhatFellBelowEachBound() {
    var histogram = new Histogram(List.of(0.1, 1.0));
    histogram.observeNanos(100_000_000);
    histogram.observeNanos(500_000_000);
    histogram.observeNanos(7_000_000_000L);
    var page = new MetricsText();
    histogram.write(page, Metric.histogram("weft_wait_seconds", "Waiting."));
    assertEquals(
        """
        # HELP weft_wait_seconds Waiting.
        # TYPE weft_wait_seconds histogram
        weft_wait_seconds_bucket{le="0.1"} 1
        weft_wait_seconds_bucket{le="1"} 2
        weft_wait_seconds_bucket{le="+Inf"} 3
        weft_wait_seconds_sum 7.6
        weft_wait_seconds_count 3
        """,
        page.toString());
  }

  @Test
  void aCounterWithoutLabelsIsToldFromZeroAndOneWithLabelsOnceItHasCounted() {
    var plain = Metric.counter("weft_falls_total", "Falls.");
    var labelled = Metric.counter("weft_slips_total", "Slips.", new MetricLabel("on", "what"));
    var table = new CounterTable();
    table.add(labelled, 2, "ice");
    table.add(labelled, 1, "butter");
    var page = new MetricsText();
    table.write(page, plain);
    table.write(page, labelled);
    assertEquals(
        """
        # HELP weft_falls_total Falls.
        # TYPE weft_falls_total counter
        weft_falls_total 0
        # HELP weft_slips_total Slips.
        # TYPE weft_slips_total counter
        weft_slips_total{on="butter"} 1
        weft_slips_total{on="ice"} 2
        """,
        page.toString());
    assertEquals(3, table.total(labelled));
  }
}
