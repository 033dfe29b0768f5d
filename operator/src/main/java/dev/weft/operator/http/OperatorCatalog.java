package dev.weft.operator.http;

import dev.weft.mesh.metric.BuildInfo;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricLabel;
import java.util.List;

/** Every metric of the operator. */
public final class OperatorCatalog {
  private static final MetricLabel KIND = new MetricLabel("kind", "kind of object; 6");
  private static final MetricLabel WHAT =
      new MetricLabel("what", "`apply`, `status`, `create`, `patch`, `delete`");

  static final Metric LEADER =
      Metric.gauge("weft_operator_leader", "1 if this operator leads, and so plans.");
  static final Metric PLANS =
      Metric.histogram(
          "weft_operator_plan_duration_seconds", "Observing, planning and publishing, each time.");
  static final Metric REACTIONS =
      Metric.histogram(
          "weft_operator_reaction_seconds",
          "From the watch event of a change to the end of the plan that took it in.");
  static final Metric CHANGES =
      Metric.counter("weft_operator_changes_total", "Watch events that asked for a plan.");
  static final Metric FAULTS =
      Metric.counter("weft_operator_plan_faults_total", "Plans that ended with a defect.");
  static final Metric WATCHES_LOST =
      Metric.counter(
          "weft_operator_watches_lost_total",
          "Watches whose connection died silently, and that were begun anew.");
  static final Metric EVENTS_DROPPED =
      Metric.counter(
          "weft_operator_events_dropped_total",
          "Events beyond the budget, which were not written.");
  static final Metric WRITES =
      Metric.counter("weft_operator_writes_total", "Objects written.", KIND, WHAT);
  static final Metric WRITE_FAILURES =
      Metric.counter(
          "weft_operator_write_failures_total", "Writes that the API server refused.", KIND, WHAT);

  static final Metric THREAD_FAILURES =
      Metric.counter(
          "weft_operator_thread_failures_total",
          "Rounds of a background thread that ended with a defect.",
          new MetricLabel("thread", "`election`, `events`, `leases`, `look-ups`"));
  static final Metric THREADS_STALLED =
      Metric.gauge(
          "weft_operator_threads_stalled",
          "Background threads that died, or are stuck in a round; /healthz fails.");

  /** What the last plan found wrong. */
  public static final Metric PROBLEMS =
      Metric.gauge(
          "weft_operator_problems",
          "Problems found by the last plan.",
          new MetricLabel("kind", "kind of object; 5"),
          new MetricLabel("reason", "CamelCase, as in conditions and Events; about 60"));

  /** How the nodes stand. */
  public static final Metric NODES =
      Metric.gauge(
          "weft_operator_nodes",
          "Nodes of all meshes.",
          new MetricLabel("role", "`Gateway`, `Member`; `None`: not published"),
          new MetricLabel("ready", "`True`, `False`, `Unknown`"),
          new MetricLabel("reason", "of the condition Ready; about 20"));

  /** How the Peers stand. */
  public static final Metric PEERS =
      Metric.gauge(
          "weft_operator_peers",
          "Peers of all meshes.",
          new MetricLabel("accepted", "`True`, `False`, `Unknown`"),
          new MetricLabel("connected", "`True`, `False`, `Unknown`"),
          new MetricLabel("reason", "of the condition Accepted; about 30"));

  /** How many meshes are held. */
  public static final Metric HELD =
      Metric.gauge("weft_operator_held_meshes", "Meshes held because their nodes vanished.");

  /** How many gateways are frozen. */
  public static final Metric FROZEN =
      Metric.gauge("weft_operator_frozen_gateways", "Gateways neither alive nor given up.");

  /** How many meshes lack the gateways that they ask for. */
  public static final Metric NOT_REDUNDANT =
      Metric.gauge(
          "weft_operator_meshes_without_redundancy",
          "Meshes that ask for several gateways per location and lack them.",
          new MetricLabel("reason", "of the condition Redundant: `OneGateway`, `SharedFate`"));

  /** All of them, in the order of the reference. */
  public static final List<Metric> ALL =
      List.of(
          BuildInfo.METRIC,
          LEADER,
          PLANS,
          REACTIONS,
          CHANGES,
          FAULTS,
          WATCHES_LOST,
          EVENTS_DROPPED,
          WRITES,
          WRITE_FAILURES,
          THREAD_FAILURES,
          THREADS_STALLED,
          PROBLEMS,
          NODES,
          PEERS,
          HELD,
          FROZEN,
          NOT_REDUNDANT);

  private OperatorCatalog() {}
}
