package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.NodeSpec;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Nodes with the devices, routes, rules, marks and filters of another CNI, strictly filtered: that
 * CNI carries the pods of a location, Weft joins locations. More of them: {@link
 * BesideOtherCnisSoak}.
 */
class BesideOtherCnisE2E {
  @ParameterizedTest
  @CsvSource({"flannel-vxlan, two-subnets, flannel.1", "cilium-native, three-clouds, cilium_host"})
  void theOtherCniCarriesALocationAndWeftJoinsLocations(String cni, String topology, String link) {
    assertBoth(cni, topology, link);
  }

  /** Builds that lab, and sends packets between all pods in each granularity. */
  static void assertBoth(String cni, String topology, String link) {
    try (var lab = TopologyLab.up(topology, cni)) {
      var before = foreignState(lab);
      for (var granularity : List.of("Location", "Full", "Cross")) {
        lab.patch("{\"granularity\":\"" + granularity + "\"}");
        lab.assertWell();
        assertInsideIsTheOthers(lab);
        assertTrue(lab.in("gcp-1", "ping -c 1 -W 2 10.1.0.11").ok());
        lab.on("aws-2", "ping -c 1 -W 2 10.2.0.11");
        assertTrue(lab.in("aws-2", "ping -c 1 -W 2 10.2.0.11").ok());
      }
      assertEquals(before, foreignState(lab));
      assertTrue(lab.on("aws-1", "ip -br link").contains(link));
      assertEquals("", lab.on("aws-1", "ls /etc/cni/net.d | grep weft || true"));
      assertEquals("", lab.on("aws-1", "nft list table inet weft | grep masquerade || true"));
    }
  }

  /** Table main's way, not one of Weft's. */
  private static void assertInsideIsTheOthers(TopologyLab lab) {
    var aws = lab.lab().inventory().nodes().stream().filter(n -> n.cloud().equals("aws")).toList();
    for (NodeSpec from : aws) {
      for (NodeSpec to : aws) {
        if (!from.equals(to)) {
          var way = lab.on(from.name(), "ip route get " + lab.pod(to.name()).address());
          assertTrue(!way.contains("weft") && !way.contains("table"), way);
        }
      }
    }
  }

  /** All that isn't Weft's: rules, routes of other tables, other packet filters. */
  private static String foreignState(TopologyLab lab) {
    var all = new TreeMap<String, String>();
    for (var node : lab.lab().inventory().nodes()) {
      all.put(
          node.name(),
          lab.on(
              node.name(),
              """
              set +e
              ip rule | grep -v -e ' 705' -e 'proto 87'
              ip route
              ip route show table 2004 2>/dev/null
              ip route show table 2005 2>/dev/null
              iptables-save 2>/dev/null | grep -v '^[#:]' | grep -v weft
              ip -br link show type vxlan | grep -v weft | cut -d' ' -f1
              true
              """));
    }
    return all.toString();
  }
}
