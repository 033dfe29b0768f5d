package dev.weft.agent.metrics;

import dev.weft.mesh.metric.BuildInfo;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricsText;
import dev.weft.runtime.thread.Supervision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Scanner;
import java.util.TreeMap;

/** The page of {@code /metrics}. */
public final class AgentMetrics {
  private static final long PAGE_BYTES = 4096;

  private AgentMetrics() {}

  /** The page; pure but for the process's own size. */
  public static String page(
      AgentCounters counters,
      AgentGauges gauges,
      Supervision supervision,
      int unboundPorts,
      String version,
      long nowEpochSecond) {
    var page = new MetricsText();
    BuildInfo.write(page, "agent", version);
    process(page);
    state(page, gauges);
    view(page, gauges, nowEpochSecond);
    counters.write(page, gauges.lanes().isActive());
    page.family(AgentCatalog.THREAD_FAILURES);
    supervision.failures().forEach((thread, n) -> page.sample(n.doubleValue(), thread));
    page.only(AgentCatalog.THREADS_STALLED, supervision.stalled().size());
    page.only(AgentCatalog.POD_PORTS_UNBOUND, unboundPorts);
    by(page, AgentCatalog.PLAN_OBJECTS, gauges.planObjects());
    PeerMetrics.write(page, gauges, nowEpochSecond);
    LaneMetrics.write(page, gauges.lanes());
    return page.toString();
  }

  private static void state(MetricsText page, AgentGauges g) {
    page.only(AgentCatalog.READY, one(g.ready()));
    page.family(AgentCatalog.CONDITION);
    new TreeMap<>(g.conditions()).forEach((type, good) -> page.sample(one(good), type));
    by(page, AgentCatalog.PROBLEMS, g.problems());
    page.only(AgentCatalog.API_REACHABLE, one(g.apiReachable()));
    page.only(AgentCatalog.UNRESOLVED, g.unresolvedNames());
  }

  private static void view(MetricsText page, AgentGauges g, long now) {
    page.family(AgentCatalog.VIEW);
    if (!g.mesh().isEmpty()) {
      page.sample(1, g.mesh(), g.revision());
    }
    page.only(AgentCatalog.HELD, one(g.held()));
    page.only(AgentCatalog.FROM_CHECKPOINT, one(g.fromCheckpoint()));
    page.only(AgentCatalog.VIEW_NODES, g.meshNodes());
    page.only(AgentCatalog.VIEW_PEERS, g.meshPeers());
    page.family(AgentCatalog.CHECKPOINT_AGE);
    if (g.checkpointEpochSecond() > 0) {
      page.sample((double) Math.max(0, now - g.checkpointEpochSecond()));
    }
  }

  private static void by(MetricsText page, Metric metric, Map<String, Long> values) {
    page.family(metric);
    new TreeMap<>(values).forEach((label, n) -> page.sample(n.doubleValue(), label));
  }

  private static int one(boolean yes) {
    return yes ? 1 : 0;
  }

  private static void process(MetricsText page) {
    page.family(AgentCatalog.MEMORY);
    try {
      try (var statm = new Scanner(Files.readString(Path.of("/proc/self/statm")))) {
        statm.nextLong(); // virtual size comes first
        page.sample((double) (statm.nextLong() * PAGE_BYTES));
      }
    } catch (IOException | NoSuchElementException e) {
      // then without
    }
  }
}
