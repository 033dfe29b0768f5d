package dev.weft.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.probe.Pulse;
import dev.weft.agent.probe.Tunnel;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.kernel.LinkCounters;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.metric.Metric;
import dev.weft.mesh.net.Endpoint;
import dev.weft.runtime.thread.Supervision;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
  private static final PublicKey NODE_KEY =
      new PublicKey("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=");
  private static final PublicKey PEER_KEY = key(7);
  private static final PresharedKey SECRET =
      PresharedKey.parse("ZmlmdGVlbiBieXRlcyBhbmQgc2V2ZW50ZWVuIG1vcmU=");

  private static PublicKey key(int number) {
    var bytes = new byte[32];
    bytes[0] = (byte) number;
    bytes[1] = (byte) (number >> 8);
    bytes[2] = 1; // all zero is no key
    return new PublicKey(Base64.getEncoder().encodeToString(bytes));
  }

  private static PeerId id(PublicKey key) {
    return new PeerId("weft0", key);
  }

  private static SeenPeer peer(PublicKey key, String endpoint, long handshake) {
    return new SeenPeer(
        key, Optional.of(Endpoint.parse(endpoint)), List.of(), 25, SECRET, handshake, 12, 34);
  }

  private static SeenDevice device(SeenPeer... peers) {
    return new SeenDevice("weft0", Optional.empty(), 51820, 0, false, List.of(peers));
  }

  private static AgentGauges gauges(
      SeenDevice device, Map<PublicKey, Party> parties, Map<PeerId, Tunnel> tunnels) {
    return gauges(device, parties, tunnels, LaneFigures.NONE);
  }

  private static AgentGauges gauges(
      SeenDevice device,
      Map<PublicKey, Party> parties,
      Map<PeerId, Tunnel> tunnels,
      LaneFigures lanes) {
    return new AgentGauges(
        "main",
        "abc",
        5,
        1,
        true,
        false,
        false,
        900,
        true,
        1,
        Map.of("Applied", true, "PathMTU", false),
        Map.of("DuplicateKey", 2L),
        Map.of("route", 40L),
        List.of(device),
        Map.of(id(PEER_KEY), 3L),
        parties,
        tunnels,
        lanes);
  }

  private static String page() {
    var counters = new AgentCounters();
    counters.pass(1_500_000_000L);
    counters.planned(20_000_000L);
    counters.converged(300_000_000L);
    counters.started(1.55);
    counters.change("SetRoute");
    counters.failure("SetRoute", "EPERM");
    counters.repaired(3);
    var gauges =
        gauges(
            device(
                peer(NODE_KEY, "192.0.2.1:51820", 940),
                peer(PEER_KEY, "198.51.100.9:40000", 0),
                peer(key(99), "203.0.113.66:7", 990)),
            Map.of(NODE_KEY, new Party("Node", "gcp-1"), PEER_KEY, new Party("Peer", "laptop")),
            Map.of(id(NODE_KEY), new Tunnel("gcp-1", 1420, 1380, 12_500_000, 7, 2, Pulse.UNKNOWN)));
    return AgentMetrics.page(counters, gauges, new Supervision(), 3, "1.0", 1000);
  }

  @Test
  void figuresAreTold() {
    var page = page();
    for (var line :
        List.of(
            "weft_build_info{component=\"agent\",version=\"1.0\"} 1",
            "weft_ready 1",
            "weft_condition{type=\"PathMTU\"} 0",
            "weft_problems{reason=\"DuplicateKey\"} 2",
            "weft_view_info{mesh=\"main\",revision=\"abc\"} 1",
            "weft_checkpoint_age_seconds 100",
            "weft_names_unresolved 1",
            "weft_pod_ports_unbound 3",
            "weft_reconcile_duration_seconds_sum 1.5",
            "weft_reconcile_duration_seconds_bucket{le=\"1\"} 0",
            "weft_reconcile_duration_seconds_bucket{le=\"2.5\"} 1",
            "weft_reconcile_duration_seconds_bucket{le=\"+Inf\"} 1",
            "weft_convergence_seconds_bucket{le=\"0.5\"} 1",
            "weft_start_duration_seconds 1.55",
            "weft_plan_objects{kind=\"route\"} 40",
            "weft_apply_failures_total{kind=\"SetRoute\",errno=\"EPERM\"} 1",
            "weft_drift_repairs_total 3",
            "weft_wireguard_peers{device=\"weft0\"} 3",
            "weft_peers_omitted 0")) {
      assertTrue(page.contains("\n" + line + "\n"), line + " in " + page);
    }
  }

  @Test
  void peersAndTunnelsAreToldByTheNameOfTheirOtherEnd() {
    var page = page();
    for (var line :
        List.of(
            "weft_peer_handshake_age_seconds{device=\"weft0\",peer=\"gcp-1\",peer_kind=\"Node\"} 60",
            "weft_peer_endpoint_changes_total{device=\"weft0\",peer=\"laptop\",peer_kind=\"Peer\"} 3",
            "weft_tunnel_round_trip_seconds{peer=\"gcp-1\"} 0.0125",
            "weft_tunnel_probes_total{peer=\"gcp-1\"} 7",
            "weft_tunnel_probes_lost_total{peer=\"gcp-1\"} 2",
            "weft_tunnel_path_mtu_bytes{peer=\"gcp-1\"} 1380",
            "weft_tunnel_device_mtu_bytes{peer=\"gcp-1\"} 1420")) {
      assertTrue(page.contains("\n" + line + "\n"), line + " in " + page);
    }
  }

  @Test
  void aHandshakeThatNeverWasHasNoAge() {
    assertFalse(
        page().contains("weft_peer_handshake_age_seconds{device=\"weft0\",peer=\"laptop\""));
  }

  @Test
  void neitherKeysNorAddressesNorSecretsAreAmongThem() {
    var page = page();
    for (var hidden :
        List.of(NODE_KEY.text(), PEER_KEY.text(), SECRET.reveal().substring(0, 8), "192.0.2.1")) {
      assertEquals(-1, page.indexOf(hidden), hidden);
    }
  }

  @Test
  void thePageHasExactlyTheFamiliesOfTheCatalog() {
    var told = new TreeSet<String>();
    page().lines().filter(l -> l.startsWith("# TYPE ")).forEach(l -> told.add(l.split(" ", 4)[2]));
    var described = new TreeSet<String>();
    AgentCatalog.ALL.stream().map(Metric::name).forEach(described::add);
    assertEquals(described, told);
  }

  @Test
  void aNodeWithThousandsOfTunnelsTellsOfFiveHundredAndHowManyItLeavesOut() {
    var peers = new ArrayList<SeenPeer>();
    var parties = new HashMap<PublicKey, Party>();
    var tunnels = new HashMap<PeerId, Tunnel>();
    for (int i = 0; i < 2000; i++) {
      peers.add(peer(key(i), "192.0.2.1:51820", 900));
      parties.put(key(i), new Party(i % 2 == 0 ? "Node" : "Peer", "n" + i));
      tunnels.put(id(key(i)), new Tunnel("n" + i, 1420, 1420, 1, 1, 0, Pulse.UNKNOWN));
    }
    var gauges = gauges(device(peers.toArray(SeenPeer[]::new)), parties, tunnels);
    var page = AgentMetrics.page(new AgentCounters(), gauges, new Supervision(), 3, "1.0", 1000);
    assertEquals(500, page.lines().filter(l -> l.startsWith("weft_peer_receive")).count());
    assertEquals(500, page.lines().filter(l -> l.startsWith("weft_tunnel_probes_total{")).count());
    assertTrue(page.contains("\nweft_peers_omitted 3000\n"), page);
    assertFalse(page.contains("peer_kind=\"Peer\""), "nodes come first");
  }

  private static String page(LaneFigures lanes) {
    var counters = new AgentCounters();
    counters.failedOver(1_150_000_000L);
    var gauges = gauges(device(), Map.of(), Map.of(), lanes);
    return AgentMetrics.page(counters, gauges, new Supervision(), 3, "1.0", 1000);
  }

  private static LaneFigures.Lane lane(int number, Optional<Boolean> isUp) {
    return new LaneFigures.Lane("weft0", "l" + number, 0, "n" + number, isUp);
  }

  @Test
  void lanesAreToldByLocationAndOrdinal() {
    var page =
        page(
            new LaneFigures(
                true,
                List.of(
                    new LaneFigures.Lane("weft0", "gcp", 0, "gcp-1", Optional.of(false)),
                    new LaneFigures.Lane("weft01", "gcp", 1, "gcp-2", Optional.of(true)),
                    new LaneFigures.Lane("weft0", "home", 0, "home-1", Optional.empty())),
                Map.of("weft0", new LinkCounters(5, 7), "weft01", new LinkCounters(1, 2))));
    assertEquals(
        List.of(
            "weft_lane_up{device=\"weft0\",location=\"gcp\",ordinal=\"0\",peer=\"gcp-1\"} 0",
            "weft_lane_up{device=\"weft01\",location=\"gcp\",ordinal=\"1\",peer=\"gcp-2\"} 1",
            "weft_lane_receive_packets_total{device=\"weft0\"} 5",
            "weft_lane_receive_packets_total{device=\"weft01\"} 1",
            "weft_lane_transmit_packets_total{device=\"weft0\"} 7",
            "weft_lane_transmit_packets_total{device=\"weft01\"} 2"),
        page.lines()
            .filter(l -> l.startsWith("weft_lane_") && !l.startsWith("weft_lane_failover"))
            .toList());
    assertTrue(page.contains("weft_lane_failover_duration_seconds_bucket{le=\"1\"} 0"), page);
    assertTrue(page.contains("weft_lane_failover_duration_seconds_bucket{le=\"1.25\"} 1"), page);
  }

  @Test
  void withOneGatewayPerLocationNoSampleSpeaksOfLanes() {
    assertEquals(
        List.of(), page(LaneFigures.NONE).lines().filter(l -> l.startsWith("weft_lane")).toList());
  }

  @Test
  void lanesBeyondFiveHundredAreCounted() {
    var lanes = IntStream.range(0, 600).mapToObj(i -> lane(i, Optional.of(true))).toList();
    var page = page(new LaneFigures(true, lanes, Map.of()));
    assertEquals(500, page.lines().filter(l -> l.startsWith("weft_lane_up")).count());
    assertTrue(page.contains("\nweft_peers_omitted 100\n"), page);
  }

  @Test
  void twoKeysOfOneNodeAreOneSeries() {
    var party = new Party("Node", "gcp-1");
    var gauges =
        gauges(
            device(peer(NODE_KEY, "192.0.2.1:1", 0), peer(PEER_KEY, "192.0.2.1:1", 940)),
            Map.of(NODE_KEY, party, PEER_KEY, party),
            Map.of());
    var page = AgentMetrics.page(new AgentCounters(), gauges, new Supervision(), 3, "1.0", 1000);
    assertEquals(1, page.lines().filter(l -> l.startsWith("weft_peer_transmit")).count());
    assertTrue(page.contains("peer_kind=\"Node\"} 60\n"), page);
  }

  @Test
  void anEndpointThatBecomesAnotherIsCountedUntilItsPeerIsGone() {
    var changes = new EndpointChanges();
    assertEquals(Map.of(), changes.seen(List.of(device(peer(PEER_KEY, "192.0.2.1:1", 0)))));
    var other = List.of(device(peer(PEER_KEY, "192.0.2.2:1", 0)));
    assertEquals(Map.of(id(PEER_KEY), 1L), changes.seen(other));
    assertEquals(Map.of(id(PEER_KEY), 1L), changes.seen(other));
    assertEquals(Map.of(), changes.seen(List.of(device())));
  }

  @Test
  void endpointsOfOneKeyAreCountedPerDevice() {
    var changes = new EndpointChanges();
    var here = device(peer(PEER_KEY, "192.0.2.1:1", 0));
    for (var endpoint : List.of("192.0.2.2:1", "192.0.2.3:1")) {
      var there = List.of(peer(PEER_KEY, endpoint, 0));
      changes.seen(
          List.of(here, new SeenDevice("weft1", Optional.empty(), 51821, 0, false, there)));
    }
    assertEquals(
        Map.of(new PeerId("weft1", PEER_KEY), 1L),
        changes.seen(
            List.of(
                here,
                new SeenDevice(
                    "weft1",
                    Optional.empty(),
                    51821,
                    0,
                    false,
                    List.of(peer(PEER_KEY, "192.0.2.3:1", 0))))));
  }

  @Test
  void convergenceCountsFromTheFirstEventThatWasNotYetApplied() {
    var convergence = new Convergence();
    convergence.changed(100);
    convergence.changed(200);
    convergence.begin(true, 250);
    convergence.changed(300);
    convergence.begin(true, 350); // the kernel refused the first time
    assertEquals(400, convergence.applied(500).orElseThrow());
    assertTrue(convergence.applied(600).isEmpty());
    convergence.changed(700);
    convergence.begin(false, 800); // what was told made no other view
    assertTrue(convergence.applied(900).isEmpty());
  }
}
