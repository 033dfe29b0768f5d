package dev.weft.operator.http;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;

/** Counters and gauges in Prometheus' text format. Thread-safe. */
public final class Metrics {
  private static final Map<String, String> HELP =
      Map.of(
          "weft_operator_plans_total", "counter: plans made",
          "weft_operator_plan_seconds_total", "counter: time spent observing, planning, publishing",
          "weft_operator_changes_total", "counter: watch events that asked for a plan",
          "weft_operator_writes_total", "counter: objects written",
          "weft_operator_write_failures_total", "counter: writes that the API server refused",
          "weft_operator_problems", "gauge: problems found by the last plan",
          "weft_operator_nodes", "gauge: nodes of all meshes",
          "weft_operator_held_meshes", "gauge: meshes held because their nodes vanished",
          "weft_operator_frozen_gateways", "gauge: gateways neither alive nor given up");

  private final ConcurrentSkipListMap<String, DoubleAdder> values = new ConcurrentSkipListMap<>();

  /** A watch event that asked for a plan. */
  public void changed() {
    add("weft_operator_changes_total", 1);
  }

  /** A plan, with all that belongs to it. */
  public void planned(double seconds) {
    add("weft_operator_plans_total", 1);
    add("weft_operator_plan_seconds_total", seconds);
  }

  /** An object written. */
  public void written(String kind, String what) {
    add("weft_operator_writes_total{kind=\"" + kind + "\",what=\"" + what + "\"}", 1);
  }

  /** A refusal. */
  public void failed(String kind, String what) {
    add("weft_operator_write_failures_total{kind=\"" + kind + "\",what=\"" + what + "\"}", 1);
  }

  /** How it is now. */
  public void gauge(String name, double value) {
    var adder = new DoubleAdder();
    adder.add(value);
    values.put(name, adder);
  }

  /** Sum of a counter over all its labels. */
  public double total(String name) {
    return values.entrySet().stream()
        .filter(e -> family(e.getKey()).equals(name))
        .mapToDouble(e -> e.getValue().sum())
        .sum();
  }

  /** All of them, as a scraper reads them. */
  public String text() {
    var text = new StringBuilder();
    var last = "";
    for (var entry : values.entrySet()) {
      var family = family(entry.getKey());
      if (!family.equals(last)) {
        var help = HELP.getOrDefault(family, "gauge: ").split(": ", 2);
        text.append("# HELP ").append(family).append(' ').append(help[1]).append('\n');
        text.append("# TYPE ").append(family).append(' ').append(help[0]).append('\n');
        last = family;
      }
      text.append(entry.getKey()).append(' ').append(entry.getValue().sum()).append('\n');
    }
    return text.toString();
  }

  private void add(String name, double value) {
    values.computeIfAbsent(name, n -> new DoubleAdder()).add(value);
  }

  private static String family(String name) {
    var brace = name.indexOf('{');
    return brace < 0 ? name : name.substring(0, brace);
  }
}
