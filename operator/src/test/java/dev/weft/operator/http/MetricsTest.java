package dev.weft.operator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.metric.Metric;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics("1.0");

  @Test
  void figuresAreTold() {
    metrics.leading(true);
    metrics.written("Peer", "status");
    metrics.failed("Peer", "status");
    metrics.state(OperatorCatalog.PROBLEMS, Map.of(List.of("Peer", "OverlapsPeer"), 2L));
    metrics.state(OperatorCatalog.HELD, 1);
    var page = metrics.text();
    for (var line :
        List.of(
            "weft_build_info{component=\"operator\",version=\"1.0\"} 1",
            "weft_operator_leader 1",
            "weft_operator_writes_total{kind=\"Peer\",what=\"status\"} 1",
            "weft_operator_write_failures_total{kind=\"Peer\",what=\"status\"} 1",
            "weft_operator_problems{kind=\"Peer\",reason=\"OverlapsPeer\"} 2",
            "weft_operator_plan_faults_total 0",
            "weft_operator_held_meshes 1")) {
      assertTrue(page.contains("\n" + line + "\n"), line + " in " + page);
    }
  }

  @Test
  void aProblemThatIsSolvedIsToldNoLonger() {
    metrics.state(OperatorCatalog.PROBLEMS, Map.of(List.of("Peer", "OverlapsPeer"), 2L));
    metrics.state(OperatorCatalog.PROBLEMS, Map.of());
    assertFalse(metrics.text().contains("OverlapsPeer"), metrics.text());
  }

  @Test
  void aReactionCountsFromTheFirstChangeThatAPlanTakesIn() {
    metrics.changed(1_000_000_000);
    metrics.changed(1_200_000_000);
    var planning = metrics.planning(1_500_000_000);
    metrics.changed(1_600_000_000); // for the next plan
    metrics.planned(planning, 2_000_000_000);
    var page = metrics.text();
    assertTrue(page.contains("weft_operator_plan_duration_seconds_sum 0.5\n"), page);
    assertTrue(page.contains("weft_operator_reaction_seconds_sum 1\n"), page);
    assertTrue(page.contains("weft_operator_reaction_seconds_count 1\n"), page);
    metrics.planned(metrics.planning(2_000_000_000), 2_100_000_000);
    assertTrue(metrics.text().contains("weft_operator_reaction_seconds_sum 1.5\n"));
    metrics.planned(metrics.planning(3_000_000_000L), 3_100_000_000L);
    assertTrue(metrics.text().contains("weft_operator_reaction_seconds_count 2\n"));
  }

  @Test
  void thePageHasExactlyTheFamiliesOfTheCatalog() {
    var told = new TreeSet<String>();
    metrics
        .text()
        .lines()
        .filter(l -> l.startsWith("# TYPE "))
        .forEach(l -> told.add(l.split(" ", 4)[2]));
    var described = new TreeSet<String>();
    OperatorCatalog.ALL.stream().map(Metric::name).forEach(described::add);
    assertEquals(described, told);
  }
}
