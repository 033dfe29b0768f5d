package dev.weft.agent.metrics;

import dev.weft.agent.metrics.LaneFigures.Lane;
import dev.weft.mesh.kernel.LinkCounters;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricsText;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Metrics of lanes: no sample where each location has one gateway. */
final class LaneMetrics {
  /** Lanes that have a series of their own. */
  static final int MOST = 500;

  private LaneMetrics() {}

  static void write(MetricsText page, LaneFigures figures) {
    page.family(AgentCatalog.LANE_UP);
    figures.lanes().stream()
        .limit(MOST)
        .forEach(lane -> lane.isUp().ifPresent(up -> sample(page, lane, up)));
    packets(page, AgentCatalog.LANE_RECEIVED, figures, LinkCounters::receivedPackets);
    packets(page, AgentCatalog.LANE_SENT, figures, LinkCounters::sentPackets);
  }

  private static void sample(MetricsText page, Lane lane, boolean up) {
    page.sample(
        up ? 1 : 0, lane.device(), lane.location(), String.valueOf(lane.ordinal()), lane.gateway());
  }

  private static void packets(
      MetricsText page, Metric metric, LaneFigures figures, ToLongFunction<LinkCounters> which) {
    page.family(metric);
    new TreeMap<>(figures.packets())
        .forEach((device, c) -> page.sample((double) which.applyAsLong(c), device));
  }

  /** How many lanes have no series. */
  static int omitted(LaneFigures figures) {
    return Math.max(0, figures.lanes().size() - MOST);
  }
}
