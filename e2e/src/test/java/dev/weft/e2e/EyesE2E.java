package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.Prometheus;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.monitoring.AlertRules;
import dev.weft.e2e.monitoring.Dashboard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A real Prometheus scrapes the lab: all targets answer, and every panel of the dashboards shows
 * something.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EyesE2E {
  /** By how much alerts wait shorter here, and look at less of the past. */
  static final int WAITS = 20;

  static final int RANGES = 3;

  static final Path RULES = SharedLab.REPOSITORY.resolve("helm/weft/files/alerts.yaml");

  /** IPv4 in dots, IPv6 with at least two colons, 32 bytes in base64. */
  private static final String KEY_OR_ADDRESS =
      ".*(\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F]*:|[A-Za-z0-9+/]{42,}=).*";

  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  @SuppressWarnings("NullAway.Init") // JUnit calls startPrometheus() first
  private static Prometheus prometheus;

  @BeforeAll
  static void startPrometheus() {
    prometheus = startPrometheus(AlertRules.read(RULES));
  }

  /**
   * Ends it, and waits until no agent has an answer for it under way, which would leave in plain
   * text where the next test takes rules away.
   */
  @AfterAll
  static void stopPrometheus() {
    Prometheus.stop(SharedLab.lab().directory());
    Wait.until(
        "answers to Prometheus under way",
        60,
        () ->
            SharedLab.lab().inventory().nodes().stream()
                .allMatch(
                    n ->
                        SharedLab.on(
                                n.name(),
                                "ss -Htn state connected exclude time-wait '( sport = :9588 )'")
                            .isEmpty()));
  }

  /** Starts it with the rules that ship in a hurry, and waits until all there is, is scraped. */
  static Prometheus startPrometheus(AlertRules rules) {
    SharedLab.assertWell();
    var started = Prometheus.start(SharedLab.lab(), "aws-2", rules.hurried(WAITS, RANGES), 2);
    // With the operator.
    int targets = SharedLab.lab().inventory().nodes().size() + 1;
    Wait.until("targets scraped", 60, () -> started.query("up == 1").size() == targets);
    return started;
  }

  @Test
  @Order(1)
  void everyAgentAndTheOperatorAreScraped() {
    // Other tests of this lab may have added a node.
    var wanted = new TreeSet<String>(Set.of(""));
    SharedLab.lab().inventory().nodes().forEach(n -> wanted.add(n.name()));
    var up =
        Wait.look(
            LIMIT,
            PAUSE,
            () -> prometheus.query("up == 1"),
            found -> found.size() == wanted.size());
    assertEquals(
        wanted,
        up.stream()
            .map(s -> s.at("/metric/node").asText())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  @Order(2)
  void noLabelBearsAKeyOrAnAddress() {
    for (var series : prometheus.query("{job=~\"weft-.+\",__name__=~\"weft_.+\"}")) {
      series
          .path("metric")
          .properties()
          .forEach(
              label ->
                  assertTrue(
                      label.getKey().equals("instance")
                          || !label.getValue().asText().matches(KEY_OR_ADDRESS),
                      series::toString));
    }
  }

  @Test
  @Order(2)
  void thePagesKeepPrometheusConventions() {
    var agent = "http://10.1.0.12:9588/metrics";
    var operator =
        "http://%s:9587/metrics".formatted(SharedLab.lab().inventory().topology().apiPrivate());
    for (var page : List.of(agent, operator)) {
      assertEquals(
          "", SharedLab.on("aws-2", "curl -sf " + page + " | promtool check metrics 2>&1"));
    }
    assertTrue(SharedLab.holdsOn("aws-2", "! curl -sf http://10.1.0.12:9588/readyz"));
    assertTrue(SharedLab.holdsOn("aws-2", "! curl -sf http://10.1.0.12:9586/metrics"));
  }

  @Test
  @Order(3)
  void everyPanelOfTheDashboardsShowsSomething() {
    var variables =
        Map.of("mesh", "demo", "node", "aws-1", "__rate_interval", "30s", "__range", "10m");
    var queries = new ArrayList<Dashboard.Query>();
    for (var name : List.of("mesh", "node", "slo")) {
      var file = SharedLab.REPOSITORY.resolve("helm/weft/files/dashboards/" + name + ".json");
      Dashboard.read(file).queries().forEach(q -> queries.add(q.with(variables)));
    }
    var empty = new TreeSet<String>();
    Wait.look(
        LIMIT,
        PAUSE,
        () -> {
          empty.clear();
          for (var query : queries) {
            if (prometheus.query(query.expr()).isEmpty()) {
              empty.add(query.panel() + ": " + query.expr());
            }
          }
          return empty.isEmpty();
        },
        done -> done);
    assertTrue(empty.isEmpty(), empty::toString);
  }
}
