package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every node's endpoint is an address of the mesh, reverse paths are filtered strictly, and others
 * claim prefixes that hold the own networks.
 */
class BareMetalE2E {
  private static final List<String> NODES = List.of("aws-1", "aws-2", "gcp-1");
  private static @Nullable TopologyLab lab;

  @BeforeAll
  static void up() {
    lab = TopologyLab.up("bare-metal");
    for (var node : NODES) {
      lab()
          .on(
              node,
              "for f in /proc/sys/net/ipv4/conf/{all,default,eth0}/rp_filter; do echo 1 > $f; done");
    }
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static TopologyLab lab() {
    return Objects.requireNonNull(lab);
  }

  private static void assertClean() {
    var verdict = lab().lab().internetVerdict();
    assertTrue(verdict.clean(), verdict::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Location", "Full", "Cross", "Location"})
  void allBetweenNodesIsEncryptedAndOnlyOnce(String granularity) {
    lab().patch("{\"granularity\":\"" + granularity + "\"}");
    lab().assertWell();
    lab().lab().forgetCaptures();
    lab().on("aws-1", "ping -c 20 -i 0.05 -s 500 -W 2 198.51.100.11");
    lab().on("gcp-1", "ping -c 3 -i 0.05 -W 2 192.0.2.12");
    assertClean();
    assertTrue(largest() > 0);
    // 500 + 8 + 20 bytes are padded to 528 and get WireGuard's 32; around that, another would be
    // 640. Agents probe with what a tunnel carries, which is more than 1400.
    assertEquals("", sizes("greater 640 and less 1400"));
    assertTrue(sizes("greater 580").contains("length 560"), sizes("greater 580"));
    var strict = lab().on("aws-1", "cat /proc/sys/net/ipv4/conf/eth0/rp_filter");
    assertEquals("1", strict);
  }

  private static long largest() {
    return lab().lab().internetVerdict().count(dev.weft.e2e.capture.Kind.WIREGUARD);
  }

  private static String sizes(String filter) {
    var file = lab().lab().directory().root().resolve("capture/aws.pcap");
    return lab()
        .onRouter(
            "aws",
            "tcpdump -n -r %s 'udp and %s' 2>/dev/null | grep -o 'length [0-9]*' | sort -u || true"
                .formatted(file, filter));
  }

  /** Numbers that are changed on a live mesh take effect, and none of the old ones is left. */
  @Test
  void otherNumbersTakeThePlaceOfTheOldOnes() {
    lab()
        .patch(
            "{\"routing\":{\"table\":8050,\"rulePriority\":8000,\"firewallMark\":131072,\"firewallMask\":131072}}");
    TopologyLab.eventually(
        "new numbers",
        () ->
            NODES.stream()
                .allMatch(
                    n ->
                        lab()
                            .on(n, "ip rule; wg show weft0 fwmark")
                            .matches(
                                "(?s).*8010:.*not from all fwmark 0x20000/0x20000 lookup 8050.*0x20000")));
    lab().assertWell();
    for (var node : NODES) {
      var left =
          "ip rule | grep 70[0-9][0-9]: || true; ip route show table 7050 2>/dev/null || true";
      assertEquals("", lab().on(node, left));
      assertFalse(lab().on(node, "nft list table inet weft").contains("0x00001000"));
    }
    lab().on("aws-1", "ping -c 3 -i 0.05 -W 2 198.51.100.11");
    assertClean();
    lab()
        .patch(
            "{\"routing\":{\"table\":7050,\"rulePriority\":7000,\"firewallMark\":4096,\"firewallMask\":4096}}");
    lab().assertWell();
  }

  /**
   * A location CIDR that holds another location's LAN, with nodes, router and API server, is
   * refused, also where the mesh allows the range; one beside it is routed.
   */
  @Test
  void aLocationCidrThatHoldsAnothersLanIsRefusedAndTakesNothingFromIt() {
    lab().patch("{\"allowedLocationCIDRs\":[\"192.0.0.0/16\"]}");
    annotate("weft.dev/location-cidrs=192.0.0.0/16");
    TopologyLab.eventually(
        "the refusal is said",
        () ->
            lab()
                .lab()
                .kubectl()
                .get("wgn", "gcp-1")
                .at("/status/conditions")
                .toString()
                .contains("192.0.0.0/16 overlaps 192.0.2.1"));
    assertFalse(lab().on("aws-2", "ip route get 192.0.77.1").contains("table 7050"));
    annotate("--overwrite", "weft.dev/location-cidrs=192.0.64.0/18");
    TopologyLab.eventually(
        "the narrower prefix is routed",
        () -> lab().on("aws-2", "ip route get 192.0.77.1").contains("table 7050"));
    lab().assertWell();
    for (var node : List.of("aws-1", "aws-2")) {
      lab().on(node, "ping -c 1 -W 2 192.0.2.1"); // the router
      lab().on(node, "ping -c 1 -W 2 192.0.2.10"); // the control plane
      lab().on(node, "curl -sk --max-time 3 https://192.0.2.10:6443/version");
    }
    lab().on("aws-1", "ping -c 1 -W 2 192.0.2.12");
    lab().on("aws-1", "ping -c 3 -i 0.05 -W 2 198.51.100.11");
    assertClean();
    annotate("weft.dev/location-cidrs-");
    lab().patch("{\"allowedLocationCIDRs\":null}");
    lab().assertWell();
  }

  private static void annotate(String... arguments) {
    var all = new ArrayList<>(List.of("annotate", "node", "gcp-1"));
    all.addAll(List.of(arguments));
    lab().lab().kubectl().run(all.toArray(String[]::new)).orThrow();
  }

  /** A Peer whose prefix holds a network that a node is attached to beside the mesh. */
  @Test
  void aPeerThatHoldsASecondNetworkOfANodeTakesNothingFromIt() {
    lab()
        .on(
            "aws-1",
            """
            set -e
            ip netns add disk
            ip link add stor0 type veth peer name eth0 netns disk
            ip addr add 172.20.0.1/24 dev stor0
            ip link set stor0 up
            ip -n disk addr add 172.20.0.2/24 dev eth0
            ip -n disk link set eth0 up
            echo 1 > /proc/sys/net/ipv4/conf/stor0/rp_filter
            """);
    lab()
        .lab()
        .kubectl()
        .apply(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: wide}
            spec:
              publicKey: Ka6xh+lhmtZnHIKbwp5IGxRNUfKkNWFOLKhQX3Cz0kc=
              allowedIPs: [172.16.0.0/12]
            """);
    TopologyLab.eventually(
        "the Peer's prefix is routed",
        () -> lab().on("aws-1", "ip route get 172.21.0.1").contains("dev weft0"));
    lab().on("aws-1", "ping -c 2 -i 0.1 -W 2 172.20.0.2");
    assertTrue(lab().on("aws-1", "ip route show table 7050").contains("throw 172.20.0.0/24"));
    lab().lab().kubectl().run("delete", "wgp", "wide").orThrow();
    lab().on("aws-1", "ip link del stor0; ip netns del disk");
    lab().assertWell();
  }
}
