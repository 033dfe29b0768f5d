package dev.weft.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.probe.Pulse;
import dev.weft.agent.probe.Tunnel;
import dev.weft.mesh.kernel.SeenDevice;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
  private static final PublicKey KEY =
      new PublicKey("yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=");
  private static final PresharedKey SECRET =
      PresharedKey.parse("ZmlmdGVlbiBieXRlcyBhbmQgc2V2ZW50ZWVuIG1vcmU=");

  private static String page() {
    var counters = new AgentCounters();
    counters.pass(1_500_000_000L);
    counters.change("SetRoute");
    counters.failure("SetRoute");
    counters.repaired(3);
    var peer = new SeenPeer(KEY, List.of(), List.of(), 25, SECRET, 940, 12, 34);
    var device = new SeenDevice("weft0", List.of(), 51820, 0, false, List.of(peer));
    var gauges =
        new AgentGauges(
            "a",
            "main",
            "abc",
            5,
            1,
            true,
            false,
            false,
            900,
            List.of(device),
            Map.of(KEY.text(), "gcp-1"),
            Map.of(KEY, new Tunnel("gcp-1", 1420, 1380, 12_500_000, 7, 2, Pulse.UNKNOWN)),
            1000);
    return AgentMetrics.page(counters, gauges, "1.0", 1000);
  }

  @Test
  void tunnelsAreToldByTheNameOfTheirOtherEnd() {
    var page = page();
    assertTrue(page.contains("weft_tunnel_round_trip_seconds{peer=\"gcp-1\"} 0.0125\n"), page);
    assertTrue(page.contains("weft_tunnel_probes_total{peer=\"gcp-1\"} 7\n"), page);
    assertTrue(page.contains("weft_tunnel_probes_lost_total{peer=\"gcp-1\"} 2\n"), page);
    assertTrue(page.contains("weft_tunnel_path_mtu_bytes{peer=\"gcp-1\"} 1380\n"), page);
  }

  @Test
  void figuresAreTold() {
    var page = page();
    for (var line :
        List.of(
            "weft_ready 1",
            "weft_view_info{mesh=\"main\",node=\"a\",revision=\"abc\"} 1",
            "weft_checkpoint_age_seconds 100",
            "weft_reconcile_seconds_total 1.5",
            "weft_apply_failures_total{kind=\"SetRoute\"} 1",
            "weft_drift_repairs_total 3",
            "weft_wireguard_peers{device=\"weft0\"} 1",
            "weft_peer_handshake_age_seconds{device=\"weft0\",peer=\"gcp-1\",public_key=\""
                + KEY
                + "\"} 60")) {
      assertTrue(page.contains("\n" + line + "\n"), line);
    }
  }

  @Test
  void everyFamilyHasHelpAndTypeOnceAndSamplesOfItsName() {
    var types = new TreeMap<String, String>();
    var samples = new HashSet<String>();
    page()
        .lines()
        .forEach(
            line -> {
              var words = line.split(" ", 4);
              if (line.startsWith("# TYPE")) {
                assertEquals(null, types.put(words[2], words[3]), line);
              } else if (!line.startsWith("#")) {
                samples.add(words[0].replaceAll("\\{.*", ""));
              }
            });
    assertTrue(types.keySet().containsAll(samples), samples + " of " + types.keySet());
    types.forEach(
        (name, type) -> assertEquals(type.equals("counter"), name.endsWith("_total"), name));
  }

  @Test
  void secretsAreNotAmongThem() {
    assertEquals(-1, page().indexOf(SECRET.reveal().substring(0, 8)));
  }

  @Test
  void labelsAreEscaped() {
    var page = new MetricsText().family("f", "gauge", "a\\b");
    page.sample("f", new TreeMap<>(Map.of("l", "say \"hi\"\n\\")), 1);
    assertTrue(page.toString().contains("f{l=\"say \\\"hi\\\"\\n\\\\\"} 1"), page.toString());
    assertThrows(IllegalStateException.class, () -> page.family("f", "gauge", ""));
  }
}
