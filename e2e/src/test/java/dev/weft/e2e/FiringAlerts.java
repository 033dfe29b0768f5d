package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weft.e2e.lab.Prometheus;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The alerts of a Prometheus, each as its name, node and peer. */
final class FiringAlerts {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Prometheus prometheus;
  private final Set<String> seen = new TreeSet<>();

  FiringAlerts(Prometheus prometheus) {
    this.prometheus = prometheus;
  }

  /** Those that fire now. */
  Set<String> now() {
    var now =
        prometheus.query("ALERTS{alertstate=\"firing\"}").stream()
            .map(a -> text(a, "alertname") + " " + text(a, "node") + " " + text(a, "peer"))
            .map(String::strip)
            .collect(Collectors.toCollection(TreeSet::new));
    seen.addAll(now);
    return now;
  }

  /** The names of all that have fired whenever somebody looked. */
  Set<String> seen() {
    return names(seen);
  }

  /** Waits until each of these has fired, at whatever time. */
  void await(Duration limit, String... wanted) {
    var all = Set.of(wanted);
    long start = System.nanoTime();
    Wait.look(
        limit,
        PAUSE,
        () -> {
          now();
          return seen;
        },
        those -> those.containsAll(all));
    var missing = new TreeSet<>(all);
    missing.removeAll(seen);
    assertEquals(Set.of(), missing, () -> "these fired: " + seen);
    System.out.printf(
        "measured: %d alerts, the last of them after %d s%n",
        all.size(), Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  /** Waits until none fires but those of these names. */
  void awaitNoneBut(Duration limit, Set<String> names) {
    var left = Wait.look(limit, PAUSE, this::now, all -> names.containsAll(names(all)));
    left.removeIf(alert -> names.contains(name(alert)));
    assertEquals(Set.of(), left);
  }

  private static Set<String> names(Set<String> alerts) {
    return alerts.stream().map(FiringAlerts::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String name(String alert) {
    return alert.contains(" ") ? alert.substring(0, alert.indexOf(' ')) : alert;
  }

  private static String text(JsonNode series, String label) {
    return series.at("/metric/" + label).asText();
  }
}
