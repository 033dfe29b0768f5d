package dev.weft.agent.metrics;

import dev.weft.mesh.metric.BuildInfo;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricLabel;
import java.util.List;

/** Every metric of the agent. */
public final class AgentCatalog {
  private static final MetricLabel KIND =
      new MetricLabel("kind", "kind of change, such as `SetRoute`; about 25");
  private static final MetricLabel DEVICE = new MetricLabel("device", "WireGuard link; one a lane");
  private static final MetricLabel PEER =
      new MetricLabel(
          "peer", "name of the node or Peer at the other end, never its key; at most 500");
  private static final MetricLabel PEER_KIND = new MetricLabel("peer_kind", "`Node` or `Peer`");

  static final Metric MEMORY =
      Metric.gauge("process_resident_memory_bytes", "Resident memory of the process.");

  static final Metric READY =
      Metric.gauge("weft_ready", "1 if the kernel is as the view wants it, as /readyz says.");
  static final Metric CONDITION =
      Metric.gauge(
          "weft_condition",
          "1 if this condition of the NodeReport is True, 0 if it is False.",
          new MetricLabel(
              "type",
              "`Applied`, `CNI`, `PathMTU`, `Planned`, `Preflight`, `Running`, `Undisturbed`, `ViewAccepted`"));
  static final Metric PROBLEMS =
      Metric.gauge(
          "weft_problems",
          "What of the view had to be left out on this node.",
          new MetricLabel("reason", "CamelCase reason of the problem; about 20"));
  static final Metric VIEW =
      Metric.gauge(
          "weft_view_info",
          "The view acted on; always 1.",
          new MetricLabel("mesh", "name of the WireGuardMesh; 1"),
          new MetricLabel("revision", "hash of the view; 1 at a time, another with each change"));
  static final Metric HELD =
      Metric.gauge("weft_view_held", "1 if what the API server holds is not acted on.");
  static final Metric FROM_CHECKPOINT =
      Metric.gauge(
          "weft_view_from_checkpoint",
          "1 while the API server has not confirmed the view that was read from disk.");
  static final Metric VIEW_NODES = Metric.gauge("weft_view_nodes", "Nodes in the view.");
  static final Metric VIEW_PEERS = Metric.gauge("weft_view_peers", "Peers in the view.");
  static final Metric CHECKPOINT_AGE =
      Metric.gauge(
          "weft_checkpoint_age_seconds",
          "Since the checkpoint last changed; absent: there is none.");
  static final Metric API_REACHABLE =
      Metric.gauge("weft_api_reachable", "1 if the API server took the last renewal of the Lease.");
  static final Metric UNRESOLVED =
      Metric.gauge("weft_names_unresolved", "DNS names of endpoints without any known address.");

  static final Metric RECONCILE =
      Metric.histogram("weft_reconcile_duration_seconds", "Passes of the reconcile loop.");
  static final Metric PLAN =
      Metric.histogram(
          "weft_plan_duration_seconds", "Computing the desired state, where inputs had changed.");
  static final Metric CONVERGENCE =
      Metric.histogram(
          "weft_convergence_seconds",
          "From the watch event of a new view to a kernel that is as it wants.");
  static final Metric START =
      Metric.gauge(
          "weft_start_duration_seconds",
          "From the start of the process to a kernel that was first as the view wants it; absent: not yet.");
  static final Metric PLAN_OBJECTS =
      Metric.gauge(
          "weft_plan_objects",
          "Size of the desired state.",
          new MetricLabel(
              "kind",
              "`device`, `peer`, `allowed_ip`, `address`, `next_hop`, `group`, `route`, `rule`, `encapsulation`"));
  static final Metric CHANGES =
      Metric.counter("weft_apply_changes_total", "Changes asked of the kernel.", KIND);
  static final Metric FAILURES =
      Metric.counter(
          "weft_apply_failures_total",
          "Changes refused by the kernel.",
          KIND,
          new MetricLabel("errno", "such as `EPERM`; `none`: no answer; `other`; about 40"));
  static final Metric REPAIRS =
      Metric.counter(
          "weft_drift_repairs_total",
          "Changes that put right what somebody else had changed in the kernel.");
  static final Metric VIEWS_REFUSED =
      Metric.counter(
          "weft_views_refused_total", "Views given up because the API server was lost with them.");
  static final Metric API_FAILURES =
      Metric.counter("weft_api_failures_total", "Lists and watches that failed.");

  static final Metric WATCHES_LOST =
      Metric.counter(
          "weft_watches_lost_total",
          "Watches whose connection died silently, and that were begun anew.");
  static final Metric PASS_FAILURES =
      Metric.counter(
          "weft_reconcile_failures_total",
          "Passes that ended with a defect; after three in a row the Lease lapses.");
  static final Metric THREAD_FAILURES =
      Metric.counter(
          "weft_thread_failures_total",
          "Rounds of a background thread that ended with a defect.",
          new MetricLabel(
              "thread",
              "`lease`, `report`, `probe`, `names`, `look-ups`, `events`, `api-server`, `pod-sources`"));
  static final Metric THREADS_STALLED =
      Metric.gauge(
          "weft_threads_stalled", "Background threads that no longer come round; /healthz fails.");

  static final Metric POD_PORTS_UNBOUND =
      Metric.gauge(
          "weft_pod_ports_unbound",
          "Ports of the pods' bridge whose pods can send under addresses of others on the node.");

  static final Metric WIREGUARD_PEERS =
      Metric.gauge("weft_wireguard_peers", "WireGuard peers of a device.", DEVICE);
  static final Metric OMITTED =
      Metric.gauge(
          "weft_peers_omitted",
          "Peers, tunnels and lanes that have no series of their own, since there are more than 500.");
  static final Metric HANDSHAKE_AGE =
      Metric.gauge(
          "weft_peer_handshake_age_seconds",
          "Since the last handshake; absent: never.",
          DEVICE,
          PEER,
          PEER_KIND);
  static final Metric RECEIVED =
      Metric.counter(
          "weft_peer_receive_bytes_total",
          "Bytes received from the peer, WireGuard's own included.",
          DEVICE,
          PEER,
          PEER_KIND);
  static final Metric SENT =
      Metric.counter(
          "weft_peer_transmit_bytes_total",
          "Bytes sent to the peer, WireGuard's own included.",
          DEVICE,
          PEER,
          PEER_KIND);
  static final Metric ENDPOINT_CHANGES =
      Metric.counter(
          "weft_peer_endpoint_changes_total",
          "How often the peer's endpoint became another: it roamed, or its name led elsewhere.",
          DEVICE,
          PEER,
          PEER_KIND);

  static final Metric ROUND_TRIP =
      Metric.gauge(
          "weft_tunnel_round_trip_seconds", "Of the last probe; absent: none was answered.", PEER);
  static final Metric PROBES =
      Metric.counter("weft_tunnel_probes_total", "Probes sent through the tunnel.", PEER);
  static final Metric LOST =
      Metric.counter("weft_tunnel_probes_lost_total", "Probes not answered within a second.", PEER);
  static final Metric PATH_MTU =
      Metric.gauge(
          "weft_tunnel_path_mtu_bytes", "Largest packet that the tunnel was seen to carry.", PEER);
  static final Metric DEVICE_MTU =
      Metric.gauge(
          "weft_tunnel_device_mtu_bytes", "Largest packet that its device lets through.", PEER);

  static final Metric LANE_UP =
      Metric.gauge(
          "weft_lane_up",
          "1 if the gateway at the other end of a lane answers its pulses, 0 if it is silent; absent: not known yet, the node is no gateway, or each location has one gateway.",
          DEVICE,
          new MetricLabel("location", "location that the lane leads to"),
          new MetricLabel("ordinal", "number of the gateway in that location, 0 to 7"),
          new MetricLabel("peer", "name of that gateway; at most 500 lanes"));
  static final Metric LANE_RECEIVED =
      Metric.counter(
          "weft_lane_receive_packets_total",
          "Packets that came by the lanes of a device, since it was made; absent: each location has one gateway.",
          DEVICE);
  static final Metric LANE_SENT =
      Metric.counter(
          "weft_lane_transmit_packets_total",
          "Packets sent by the lanes of a device, since it was made; absent: each location has one gateway.",
          DEVICE);
  static final Metric LANE_FAILOVER =
      Metric.histogram(
          "weft_lane_failover_duration_seconds",
          "From the first pulse that a gateway did not answer until no next hop leads to it; absent: each location has one gateway.");

  /** Upper bounds of {@link #LANE_FAILOVER}: three missing pulses take 0.6 s, then comes a pass. */
  static final List<Double> FAILOVER_SECONDS =
      List.of(0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0);

  /** All of them, in the order of the reference. */
  public static final List<Metric> ALL =
      List.of(
          BuildInfo.METRIC,
          MEMORY,
          READY,
          CONDITION,
          PROBLEMS,
          VIEW,
          HELD,
          FROM_CHECKPOINT,
          VIEW_NODES,
          VIEW_PEERS,
          CHECKPOINT_AGE,
          API_REACHABLE,
          UNRESOLVED,
          RECONCILE,
          PLAN,
          CONVERGENCE,
          START,
          PLAN_OBJECTS,
          CHANGES,
          FAILURES,
          REPAIRS,
          API_FAILURES,
          WATCHES_LOST,
          PASS_FAILURES,
          THREAD_FAILURES,
          THREADS_STALLED,
          POD_PORTS_UNBOUND,
          VIEWS_REFUSED,
          WIREGUARD_PEERS,
          OMITTED,
          HANDSHAKE_AGE,
          RECEIVED,
          SENT,
          ENDPOINT_CHANGES,
          ROUND_TRIP,
          PROBES,
          LOST,
          PATH_MTU,
          DEVICE_MTU,
          LANE_UP,
          LANE_FAILOVER,
          LANE_RECEIVED,
          LANE_SENT);

  private AgentCatalog() {}
}
