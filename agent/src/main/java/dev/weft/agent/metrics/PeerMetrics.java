package dev.weft.agent.metrics;

import dev.weft.agent.probe.Tunnel;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.metric.MetricsText;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of each peer and tunnel. Those of nodes come first, then by name, and no more than {@link
 * #MOST}, so that a node of a full mesh of thousands stays a target that can be scraped.
 */
final class PeerMetrics {
  /** Peers, and tunnels, that have series of their own. */
  static final int MOST = 500;

  private static final double ABSENT = Double.NaN;

  private record Row(String device, Party party, SeenPeer peer) {
    PeerId id() {
      return new PeerId(device, peer.publicKey());
    }
  }

  private PeerMetrics() {}

  static void write(MetricsText page, AgentGauges g, long now) {
    page.family(AgentCatalog.WIREGUARD_PEERS);
    g.devices().forEach(d -> page.sample(d.peers().size(), d.name()));
    var rows = rows(g);
    var tunnels = List.copyOf(byName(g).values());
    page.only(
        AgentCatalog.OMITTED,
        Math.max(0, rows.size() - MOST)
            + Math.max(0, tunnels.size() - MOST)
            + LaneMetrics.omitted(g.lanes()));
    peers(page, rows.stream().limit(MOST).toList(), g, now);
    tunnels(page, tunnels.stream().limit(MOST).toList());
  }

  /**
   * A peer that is not of the view is passed over: it has no name to go by. Of two keys of one
   * party the one that shook hands last is shown, for two samples can't have one name.
   */
  private static List<Row> rows(AgentGauges g) {
    var rows = new TreeMap<String, Row>(); // by kind, then name
    for (var device : g.devices()) {
      for (var peer : device.peers()) {
        var party = g.parties().get(peer.publicKey());
        if (party != null) {
          rows.merge(
              party.kind() + " " + party.name() + " " + device.name(),
              new Row(device.name(), party, peer),
              PeerMetrics::later);
        }
      }
    }
    return List.copyOf(rows.values());
  }

  private static Row later(Row a, Row b) {
    return a.peer().lastHandshakeEpochSecond() >= b.peer().lastHandshakeEpochSecond() ? a : b;
  }

  private static SortedMap<String, Tunnel> byName(AgentGauges g) {
    var tunnels = new TreeMap<String, Tunnel>();
    g.tunnels()
        .values()
        .forEach(t -> tunnels.merge(t.name(), t, (a, b) -> a.sent() >= b.sent() ? a : b));
    return tunnels;
  }

  private static void peers(MetricsText page, List<Row> rows, AgentGauges g, long now) {
    each(page, AgentCatalog.HANDSHAKE_AGE, rows, r -> age(r.peer(), now));
    each(page, AgentCatalog.RECEIVED, rows, r -> (double) r.peer().receivedBytes());
    each(page, AgentCatalog.SENT, rows, r -> (double) r.peer().sentBytes());
    each(
        page,
        AgentCatalog.ENDPOINT_CHANGES,
        rows,
        r -> g.endpointChanges().getOrDefault(r.id(), 0L).doubleValue());
  }

  private static double age(SeenPeer peer, long now) {
    long last = peer.lastHandshakeEpochSecond();
    return last > 0 ? (double) Math.max(0, now - last) : ABSENT;
  }

  private static void each(
      MetricsText page, Metric metric, List<Row> rows, ToDoubleFunction<Row> value) {
    each(
        page,
        metric,
        rows,
        value,
        row -> new String[] {row.device(), row.party().name(), row.party().kind()});
  }

  private static void tunnels(MetricsText page, List<Tunnel> tunnels) {
    eachTunnel(
        page,
        AgentCatalog.ROUND_TRIP,
        tunnels,
        t -> t.roundTripNanos() > 0 ? t.roundTripNanos() / 1e9 : ABSENT);
    eachTunnel(page, AgentCatalog.PROBES, tunnels, Tunnel::sent);
    eachTunnel(page, AgentCatalog.LOST, tunnels, Tunnel::lost);
    eachTunnel(page, AgentCatalog.PATH_MTU, tunnels, Tunnel::pathMtu);
    eachTunnel(page, AgentCatalog.DEVICE_MTU, tunnels, Tunnel::deviceMtu);
  }

  private static void eachTunnel(
      MetricsText page, Metric metric, List<Tunnel> tunnels, ToDoubleFunction<Tunnel> value) {
    each(page, metric, tunnels, value, tunnel -> new String[] {tunnel.name()});
  }

  /** One sample each, but for what is {@link #ABSENT}. */
  private static <T> void each(
      MetricsText page,
      Metric metric,
      List<T> all,
      ToDoubleFunction<T> value,
      Function<T, String[]> labels) {
    page.family(metric);
    for (var one : all) {
      double number = value.applyAsDouble(one);
      if (!Double.isNaN(number)) {
        page.sample(number, labels.apply(one));
      }
    }
  }
}
