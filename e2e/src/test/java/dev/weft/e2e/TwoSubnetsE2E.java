package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A location of two subnets (aws-1 and aws-3 in one, aws-2 in the other), whose router drops what
 * isn't between the nodes' own addresses.
 */
class TwoSubnetsE2E {
  private static final String WIRE = "/run/between.pcap";
  private static @Nullable TopologyLab lab;

  @BeforeAll
  static void up() {
    lab = TopologyLab.up("two-subnets");
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

  @ParameterizedTest
  @CsvSource({
    "Location, CrossSubnet, Auto", "Cross, CrossSubnet, Auto", "Full, CrossSubnet, Auto",
    "Cross, Always, Auto", "Location, Always, Auto", "Location, CrossSubnet, Auto",
    "Cross, Always, IPIP", "Full, CrossSubnet, IPIP", "Location, CrossSubnet, IPIP"
  })
  void podsOfBothSubnetsReachEachOtherAndNoneIsSeenInPlainBetween(
      String granularity, String mode, String protocol) {
    boolean ipip = protocol.equals("IPIP");
    if (ipip) {
      TopologyLab.assumeIpip();
    }
    encapsulate(granularity, mode, protocol);
    lab().assertWell();
    lab().onRouter("aws", "nft reset counter ip check foreign");
    // Nodes of one subnet reach each other without, unless it is always to be.
    capture(mode.equals("Always") ? "any" : "lan2");
    lab().assertWell();
    assertTrue(lab().in("aws-2", "ping -c 2 -i 0.2 -W 2 " + lab().pod("aws-1").address()).ok());
    // To the node's internal address, from a pod of the other subnet and from another cloud.
    assertTrue(lab().in("aws-1", "ping -c 2 -i 0.2 -W 2 10.1.1.12").ok());
    assertTrue(lab().in("gcp-1", "ping -c 2 -i 0.2 -W 2 10.1.1.12").ok());
    lab().on("gcp-1", "ping -c 2 -i 0.2 -W 2 10.1.1.12");
    lab().on("aws-2", "ping -c 2 -i 0.2 -W 2 10.2.0.11");
    lab().on("aws-2", "ping -c 2 -i 0.2 -W 2 10.4.0.1");
    assertTrue(lab().in("aws-2", "ping -c 2 -i 0.2 -W 2 10.2.0.11").ok());
    assertEquals("", seen("net 10.42.0.0/16 or net 10.4.0.0/16 or net 10.2.0.0/24"));
    if (!granularity.equals("Full")) {
      assertTrue(seen(ipip ? "ip proto 4" : "udp port 51819").lines().count() > 20);
    }
    var dropped = lab().onRouter("aws", "nft list counter ip check foreign");
    assertTrue(dropped.contains("packets 0 "), dropped);
  }

  private static void encapsulate(String granularity, String mode, String protocol) {
    lab()
        .patch(
            "{\"granularity\":\"%s\",\"encapsulation\":{\"mode\":\"%s\",\"protocol\":\"%s\"}}"
                .formatted(granularity, mode, protocol));
  }

  private static void capture(String link) {
    lab()
        .onRouter(
            "aws",
            "rm -f %1$s; tcpdump -i %2$s -n -U --immediate-mode -Z root -w %1$s >/dev/null 2>&1 &"
                    .formatted(WIRE, link)
                + " echo $! > %s.pid; for i in $(seq 50); do [ -s %1$s ] && break; sleep 0.1; done"
                    .formatted(WIRE));
  }

  private static String seen(String filter) {
    lab()
        .onRouter(
            "aws", "[ ! -e %1$s.pid ] || kill $(cat %1$s.pid); rm -f %1$s.pid".formatted(WIRE));
    return lab().onRouter("aws", "tcpdump -n -r %s '%s' 2>/dev/null".formatted(WIRE, filter));
  }

  /** Who isn't of the location sends VXLAN to a node: the node takes none of it. */
  @Test
  void vxlanFromElsewhereIsDropped() {
    encapsulate("Location", "CrossSubnet", "Auto");
    lab().assertWell();
    lab()
        .onRouter(
            "aws",
            """
            set -e
            mac=$(ip netns exec aws-1 cat /sys/class/net/weftvx4/address)
            ip link del intruder 2>/dev/null || true
            ip link add intruder type vxlan id 7050 local 10.1.0.1 dstport 51819 nolearning
            ip link set intruder up
            ip addr add 10.42.2.200/32 dev intruder
            bridge fdb append $mac dev intruder dst 10.1.0.11
            ip route add 10.42.1.0/24 via 10.1.0.11 dev intruder onlink src 10.42.2.200
            ip neigh add 10.1.0.11 lladdr $mac dev intruder
            """);
    var count = "ip netns exec aws-1 cat /sys/class/net/weftvx4/statistics/rx_packets";
    long before = Long.parseLong(lab().onRouter("aws", count));
    lab().onRouter("aws", "ping -c 3 -i 0.2 -W 1 " + lab().pod("aws-1").address() + " || true");
    assertEquals(before, Long.parseLong(lab().onRouter("aws", count)));
    lab().onRouter("aws", "ip link del intruder");
  }

  /** The same by IPIP, which anyone can send who knows an address. */
  @Test
  void ipipFromElsewhereIsDropped() {
    TopologyLab.assumeIpip();
    encapsulate("Cross", "Always", "IPIP");
    lab().assertWell();
    lab()
        .onRouter(
            "aws",
            """
            set -e
            ip link del intruder 2>/dev/null || true
            ip link add intruder type ipip local 10.1.0.1 remote 10.1.0.11
            ip link set intruder up
            ip addr add 10.42.2.200/32 dev intruder
            ip route add 10.42.1.0/24 dev intruder src 10.42.2.200
            """);
    var count = "ip netns exec aws-1 cat /sys/class/net/weftip4/statistics/rx_packets";
    long before = Long.parseLong(lab().onRouter("aws", count));
    var sent = "ip -s link show intruder | awk '/TX:/ { getline; print $2 }'";
    lab().onRouter("aws", "ping -c 3 -i 0.2 -W 1 " + lab().pod("aws-1").address() + " || true");
    assertEquals("3", lab().onRouter("aws", sent));
    assertEquals(before, Long.parseLong(lab().onRouter("aws", count)));
    lab().onRouter("aws", "ip link del intruder");
    encapsulate("Location", "CrossSubnet", "Auto");
    TopologyLab.eventually(
        "VXLAN instead of IPIP",
        () -> lab().on("aws-1", "ip -br link | grep weftip4 || true").isEmpty());
    lab().assertWell();
  }

  /** The packets of an encapsulation meet the same hooks: an engine's rules hold for them. */
  @Test
  void networkPolicyHoldsForWhatArrivesEncapsulatedAndByTunnel() {
    encapsulate("Location", "CrossSubnet", "Auto");
    lab().assertWell();
    var engine = lab().lab().policyEngine();
    try {
      announce("aws-1", "10.1.0.11", "guarded");
      announce("aws-2", "10.1.1.12", "friend");
      announce("gcp-1", "10.2.0.11", "stranger");
      lab().lab().kubectl().apply(POLICY);
      engine.start(List.of("aws-1"));
      assertAnswered("aws-2", true, "a friend, by VXLAN");
      assertAnswered("gcp-1", false, "a stranger, by a tunnel");
      announce("aws-2", "10.1.1.12", "stranger");
      announce("gcp-1", "10.2.0.11", "friend");
      assertAnswered("aws-2", false, "a stranger, by VXLAN");
      assertAnswered("gcp-1", true, "a friend, by a tunnel");
    } finally {
      lab().lab().kubectl().run("delete", "networkpolicy", "friends").orThrow();
      engine.remove("aws-1");
    }
    lab().assertWell();
  }

  private static final String POLICY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: friends, namespace: default}
      spec:
        podSelector: {matchLabels: {role: guarded}}
        policyTypes: [Ingress]
        ingress: [{from: [{podSelector: {matchLabels: {role: friend}}}]}]
      """;

  /** The engine finds its node's pods by the address of their host. */
  private static void announce(String node, String host, String role) {
    lab().lab().announce(new PodName(node, "a"), "default", Map.of("role", role));
    lab()
        .lab()
        .kubectl()
        .run(
            "patch",
            "pod",
            node + "-a",
            "--namespace=default",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"hostIP\":\"%s\",\"hostIPs\":[{\"ip\":\"%s\"}]}}".formatted(host, host))
        .orThrow();
  }

  private static void assertAnswered(String from, boolean expected, String who) {
    var address = lab().pod("aws-1").address();
    TopologyLab.eventually(
        who + (expected ? " is answered" : " is not answered"),
        () -> lab().in(from, "ping -c 1 -W 1 " + address).ok() == expected);
  }

  @Test
  void whatIsTakenAwayComesBack() {
    encapsulate("Location", "CrossSubnet", "Auto");
    lab().assertWell();
    var whole =
        "bridge fdb show dev weftvx4 | grep -c dst; ip neigh show dev weftvx4 nud permanent | wc -l";
    var before = lab().on("aws-2", whole);
    lab().on("aws-2", "ip link del weftvx4");
    assertTrue(
        Wait.holds(
            Duration.ofSeconds(15),
            () -> lab().on("aws-2", "( " + whole + " ) 2>/dev/null || true").equals(before)));
    lab().assertWell();
  }

  /** Without encapsulation nothing is left of it. */
  @Test
  void neverLeavesNoLink() {
    encapsulate("Location", "Never", "Auto");
    TopologyLab.eventually(
        "no link",
        () ->
            lab()
                .on(
                    "aws-2",
                    "( ip -br link | grep -E 'weft(vx|ip)'; nft list table inet weft | grep encap4 ) || true")
                .isEmpty());
    encapsulate("Location", "CrossSubnet", "Auto");
    lab().assertWell();
  }
}
