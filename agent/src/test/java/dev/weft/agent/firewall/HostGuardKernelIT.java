package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a node (this namespace) lets out by its link wan: a pod in namespace "pod" on weftbr0 sends,
 * and so does the host; namespace "out" counts what arrives there, by source and destination.
 */
class HostGuardKernelIT {
  @BeforeEach
  void build() {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link set lo up
        for n in out pod; do
          ip netns add $n; ip -n $n link set lo up
          ip netns exec $n sysctl -qw net.ipv6.conf.default.accept_dad=0
        done
        ip link add wan type veth peer name wan netns out
        ip link add weftbr0 type bridge
        ip link add vpod type veth peer name eth0 netns pod
        ip link set vpod master weftbr0
        for l in wan weftbr0 vpod; do ip link set $l up; done
        sysctl -qw net.ipv4.conf.weftbr0.rp_filter=0 net.ipv4.conf.all.rp_filter=0
        ip addr add 10.9.0.1/24 dev wan; ip addr add fd09::1/64 dev wan nodad
        ip addr add 10.2.1.1/24 dev weftbr0; ip addr add fd02::1/64 dev weftbr0 nodad
        ip -n pod link set eth0 up
        for a in 10.2.1.5/24 10.99.0.9/32; do ip -n pod addr add $a dev eth0; done
        for a in fd02::5/64 fd99::9/128; do ip -n pod addr add $a dev eth0 nodad; done
        ip -n pod route add default via 10.2.1.1; ip -n pod -6 route add default via fd02::1
        ip -n out addr add 10.9.0.2/24 dev wan; ip -n out addr add fd09::2/64 dev wan nodad
        ip -n out link set wan up
        ip route add default via 10.9.0.2 dev wan; ip -6 route add default via fd09::2 dev wan
        ip netns exec out nft -f - <<'N'
        table inet seen {
          chain in { type filter hook prerouting priority -300;
            ip saddr 10.2.1.5 ip daddr 198.51.100.1 counter comment "pod"
            ip saddr 10.99.0.9 counter comment "spoofed"
            ip6 saddr fd02::5 ip6 daddr 2001:db8::1 counter comment "pod6"
            ip6 saddr fd99::9 counter comment "spoofed6"
            ip daddr 10.96.0.0/16 counter comment "service"
            ip6 daddr fd96::/64 counter comment "service6"
            ip daddr 10.2.1.0/24 counter comment "ownpod"
            ip saddr 10.9.0.1 ip daddr 198.51.100.1 counter comment "host"
          }
        }
        N
        """);
  }

  @AfterEach
  void end() {
    Shell.run(
        """
        for n in out pod; do ip netns del $n; done
        for l in wan weftbr0 vpod; do ip link del $l 2>/dev/null; done
        nft flush ruleset
        true
        """);
  }

  private static DesiredFirewall filter() {
    return new DesiredFirewall(
        List.of("weft0", "weftbr0"),
        List.of("weft0"),
        List.of(51820),
        0x1000,
        0x1000,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        EncapsulationGuard.NONE,
        EgressFilter.NONE,
        DirectArrivals.NONE,
        new HostGuard(
            List.of("weftbr0"),
            List.of(Prefix.parse("10.2.1.0/24"), Prefix.parse("fd02::/64")),
            List.of("wan"),
            List.of(
                Prefix.parse("10.96.0.0/16"),
                Prefix.parse("fd96::/64"),
                Prefix.parse("10.2.1.0/24"))));
  }

  private static void send(String from, String source, String destination) {
    var within = from.isEmpty() ? "" : "ip netns exec " + from + " ";
    Shell.run(
        "echo x | %ssocat -u - 'UDP-SENDTO:%s:9%s' 2>/dev/null || true"
            .formatted(within, destination, source.isEmpty() ? "" : ",bind=" + source));
  }

  /** How many packets of a kind arrived outside. */
  private static int seen(String kind) {
    var line =
        Shell.run("ip netns exec out nft list table inet seen | grep '\"" + kind + "\"'").strip();
    return Integer.parseInt(line.replaceAll(".*packets (\\d+) .*", "$1"));
  }

  /** Asserts that so many have arrived; a first packet waits until its neighbour is found. */
  private static void assertArrived(int expected, String kind) {
    assertArrived(expected, kind, kind);
  }

  private static void assertArrived(int expected, String kind, String message) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (seen(kind) < expected && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(expected, seen(kind), message);
  }

  private static void sendAll() {
    send("pod", "10.2.1.5", "198.51.100.1");
    send("pod", "[fd02::5]", "[2001:db8::1]");
    send("pod", "10.99.0.9", "198.51.100.1");
    send("pod", "[fd99::9]", "[2001:db8::1]");
    send("pod", "10.2.1.5", "10.96.0.10");
    send("pod", "[fd02::5]", "[fd96::10]");
    send("", "", "10.96.0.10");
    send("", "", "198.51.100.1");
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aPodSendsFromItsNodesPodCidrsAloneAndNothingToServicesLeaves(Backend backend)
      throws IOException {
    try (var filter = backend.open()) {
      sendAll();
      assertArrived(1, "pod");
      assertArrived(1, "pod6");
      assertArrived(1, "spoofed", "the trap is not set");
      assertArrived(1, "spoofed6", "the trap is not set");
      assertArrived(2, "service", "the trap is not set");
      assertArrived(1, "service6", "the trap is not set");
      filter.replace(filter());
      var read = filter.read(filter());
      assertTrue(read.intact());
      assertEquals(FirewallSets.of(filter()), read.sets());
      sendAll();
      assertArrived(2, "pod");
      assertArrived(2, "pod6");
      assertArrived(2, "host");
      assertArrived(1, "spoofed");
      assertArrived(1, "spoofed6");
      assertArrived(2, "service");
      assertArrived(1, "service6");
      filter.remove();
    }
  }

  /** What kube-proxy has translated, and what it has not, in the same moment. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void whatIsTranslatedLeaves(Backend backend) throws IOException {
    try (var filter = backend.open()) {
      filter.replace(filter());
      Shell.run(
          """
          nft add table ip kube
          nft add chain ip kube pre '{ type nat hook prerouting priority -100; }'
          nft add chain ip kube out '{ type nat hook output priority -100; }'
          for c in pre out; do
            nft add rule ip kube $c ip daddr 10.96.0.10 udp dport 9 dnat to 198.51.100.1
          done
          """);
      send("pod", "10.2.1.5", "10.96.0.10");
      send("", "", "10.96.0.10");
      send("pod", "10.2.1.5", "10.96.0.11");
      assertArrived(1, "pod");
      assertArrived(1, "host");
      assertArrived(0, "service");
      filter.remove();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void nothingForOwnPodsLeavesBeforeTheirBridgeIsThere(Backend backend) throws IOException {
    Shell.run("ip link del weftbr0");
    try (var filter = backend.open()) {
      send("", "", "10.2.1.5");
      assertArrived(1, "ownpod", "the trap is not set");
      filter.replace(filter());
      send("", "", "10.2.1.5");
      assertArrived(1, "ownpod");
      filter.remove();
    }
  }
}
