package dev.weft.agent.metrics;

import dev.weft.agent.probe.Tunnel;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Scanner;
import java.util.SortedMap;
import java.util.TreeMap;

/** The page of {@code /metrics}. */
public final class AgentMetrics {
  private static final long PAGE_BYTES = 4096;

  private AgentMetrics() {}

  /** The page; pure but for the process's own size. */
  public static String page(
      AgentCounters counters, AgentGauges gauges, String version, long nowEpochSecond) {
    var page = new MetricsText();
    page.family("weft_build_info", "gauge", "The agent's version; always 1.")
        .sample("weft_build_info", labels("version", version, "component", "agent"), 1);
    process(page);
    state(page, gauges, nowEpochSecond);
    counters.write(page);
    peers(page, gauges, nowEpochSecond);
    tunnels(page, gauges);
    return page.toString();
  }

  private static void state(MetricsText page, AgentGauges g, long now) {
    page.family("weft_ready", "gauge", "1 if the kernel is as the view wants it.")
        .sample("weft_ready", g.ready() ? 1 : 0);
    page.family("weft_view_info", "gauge", "The view acted on; always 1.");
    if (!g.mesh().isEmpty()) {
      page.sample(
          "weft_view_info",
          labels("mesh", g.mesh(), "node", g.nodeName(), "revision", g.revision()),
          1);
    }
    page.family("weft_view_held", "gauge", "1 if what the API server tells is not acted on.")
        .sample("weft_view_held", g.held() ? 1 : 0);
    page.family(
            "weft_view_from_checkpoint",
            "gauge",
            "1 while the API server has not confirmed the view that was read from disk.")
        .sample("weft_view_from_checkpoint", g.fromCheckpoint() ? 1 : 0);
    page.family("weft_view_nodes", "gauge", "Nodes in the view.")
        .sample("weft_view_nodes", g.meshNodes());
    page.family("weft_view_peers", "gauge", "Peers in the view.")
        .sample("weft_view_peers", g.meshPeers());
    page.family("weft_checkpoint_age_seconds", "gauge", "Since the checkpoint last changed.");
    if (g.checkpointEpochSecond() > 0) {
      page.sample("weft_checkpoint_age_seconds", Math.max(0, now - g.checkpointEpochSecond()));
    }
  }

  private static void peers(MetricsText page, AgentGauges g, long now) {
    page.family("weft_wireguard_peers", "gauge", "WireGuard peers, by device.");
    for (var device : g.devices()) {
      page.sample("weft_wireguard_peers", labels("device", device.name()), device.peers().size());
    }
    page.family(
        "weft_peer_handshake_age_seconds", "gauge", "Since the last handshake; absent: never.");
    each(
        g,
        (labels, p) -> {
          if (p.lastHandshakeEpochSecond() > 0) {
            long age = Math.max(0, now - p.lastHandshakeEpochSecond());
            page.sample("weft_peer_handshake_age_seconds", labels, age);
          }
        });
    page.family("weft_peer_receive_bytes_total", "counter", "Bytes received from the peer.");
    each(g, (labels, p) -> page.sample("weft_peer_receive_bytes_total", labels, p.receivedBytes()));
    page.family("weft_peer_transmit_bytes_total", "counter", "Bytes sent to the peer.");
    each(g, (labels, p) -> page.sample("weft_peer_transmit_bytes_total", labels, p.sentBytes()));
  }

  private static void tunnels(MetricsText page, AgentGauges g) {
    var tunnels = new TreeMap<String, Tunnel>();
    g.tunnels().values().forEach(t -> tunnels.put(t.name(), t));
    page.family(
        "weft_tunnel_round_trip_seconds", "gauge", "Of the last probe; absent: none was answered.");
    tunnels.forEach(
        (name, t) -> {
          if (t.roundTripNanos() > 0) {
            page.seconds(
                "weft_tunnel_round_trip_seconds", labels("peer", name), t.roundTripNanos());
          }
        });
    page.family("weft_tunnel_probes_total", "counter", "Probes sent through the tunnel.");
    tunnels.forEach(
        (name, t) -> page.sample("weft_tunnel_probes_total", labels("peer", name), t.sent()));
    page.family("weft_tunnel_probes_lost_total", "counter", "Probes not answered within a second.");
    tunnels.forEach(
        (name, t) -> page.sample("weft_tunnel_probes_lost_total", labels("peer", name), t.lost()));
    page.family("weft_tunnel_path_mtu_bytes", "gauge", "Largest packet that the tunnel carries.");
    tunnels.forEach(
        (name, t) -> page.sample("weft_tunnel_path_mtu_bytes", labels("peer", name), t.pathMtu()));
  }

  private interface PeerSample {
    void write(SortedMap<String, String> labels, SeenPeer peer);
  }

  private static void each(AgentGauges g, PeerSample sample) {
    for (SeenDevice device : g.devices()) {
      for (var peer : device.peers()) {
        var key = peer.publicKey().text();
        var name = g.peerNames().getOrDefault(key, "");
        sample.write(labels("device", device.name(), "peer", name, "public_key", key), peer);
      }
    }
  }

  private static void process(MetricsText page) {
    page.family("process_resident_memory_bytes", "gauge", "Resident memory.");
    try {
      try (var statm = new Scanner(Files.readString(Path.of("/proc/self/statm")))) {
        statm.nextLong(); // virtual size comes first
        page.sample("process_resident_memory_bytes", statm.nextLong() * PAGE_BYTES);
      }
    } catch (IOException | NoSuchElementException e) {
      // then without
    }
  }

  private static SortedMap<String, String> labels(String... pairs) {
    var labels = new TreeMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      labels.put(pairs[i], pairs[i + 1]);
    }
    return labels;
  }
}
