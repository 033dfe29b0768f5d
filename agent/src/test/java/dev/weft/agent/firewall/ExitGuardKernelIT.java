package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.ExitGuard;
import dev.weft.mesh.desired.FirewallSets;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.net.SpecialRanges;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an exit (this namespace) lets out by its link wan of what namespace "phone" sends by a link
 * that stands for a tunnel; namespace "out" counts what arrives there, by destination.
 */
class ExitGuardKernelIT {
  /** Not let out: private, metadata, special, on-link; of both families. */
  private static final List<String> REFUSED =
      List.of(
          "10.9.0.2",
          "172.20.0.1",
          "192.168.7.7",
          "100.64.0.1",
          "100.100.100.200",
          "168.63.129.16",
          "169.254.169.254",
          "198.51.100.2",
          "fd00:ec2::254",
          "fd77::7",
          "64:ff9b::a00:1");

  private static final List<String> LET_OUT =
      List.of("8.8.8.8", "2001:4860::8888", "10.42.9.9", "172.31.0.1", "fd31::1");

  @BeforeEach
  void build() {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link set lo up
        for n in out phone; do
          ip netns add $n; ip -n $n link set lo up
          ip netns exec $n sysctl -qw net.ipv6.conf.default.accept_dad=0
        done
        ip link add wan type veth peer name wan netns out
        ip link add weft0 type veth peer name eth0 netns phone
        for l in wan weft0; do ip link set $l up; done
        sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.weft0.rp_filter=0
        for a in 10.9.0.1/24 198.51.100.1/24; do ip addr add $a dev wan; done
        ip addr add fd09::1/64 dev wan nodad
        ip addr add 10.4.0.1/24 dev weft0; ip addr add fd04::1/64 dev weft0 nodad
        ip -n phone link set eth0 up
        ip -n phone addr add 10.4.0.5/24 dev eth0; ip -n phone addr add fd04::5/64 dev eth0 nodad
        ip -n phone route add default via 10.4.0.1; ip -n phone -6 route add default via fd04::1
        for a in 10.9.0.2/24 198.51.100.2/24; do ip -n out addr add $a dev wan; done
        ip -n out addr add fd09::2/64 dev wan nodad
        ip -n out link set wan up
        ip route add default via 10.9.0.2 dev wan; ip -6 route add default via fd09::2 dev wan
        """);
    var rules = new StringBuilder();
    for (var address : all()) {
      rules.append(
          "%s daddr %s udp dport 9 counter comment \"to-%s\"\n"
              .formatted(address.contains(":") ? "ip6" : "ip", address, address));
    }
    Shell.run(
        "ip netns exec out nft -f - <<'N'\ntable inet seen {\nchain in { type filter hook prerouting priority -300;\n"
            + rules
            + "}\n}\nN\n");
  }

  private static List<String> all() {
    var all = new ArrayList<>(REFUSED);
    all.addAll(LET_OUT);
    return all;
  }

  @AfterEach
  void end() {
    Shell.run(
        """
        for n in out phone; do ip netns del $n; done
        for l in wan weft0; do ip link del $l 2>/dev/null; done
        nft flush ruleset
        true
        """);
  }

  private static DesiredFirewall filter() {
    var refused = new ArrayList<>(SpecialRanges.NOT_THE_INTERNET);
    refused.add(Prefix.parse("198.51.100.0/24"));
    return new DesiredFirewall(
        List.of("weft0"),
        List.of("weft0"),
        List.of(51820),
        0x1000,
        0x1000,
        List.of(),
        List.of(Prefix.parse("10.42.0.0/16"), Prefix.parse("10.4.0.0/24")),
        List.of(),
        List.of(),
        EncapsulationGuard.NONE,
        EgressFilter.NONE,
        DirectArrivals.NONE,
        HostGuard.NONE,
        new ExitGuard(
            List.of("weft0"),
            refused,
            List.of(
                Prefix.parse("10.42.0.0/16"),
                Prefix.parse("10.4.0.0/24"),
                Prefix.parse("fd04::/64"),
                Prefix.parse("10.96.0.0/16"),
                Prefix.parse("172.31.0.0/16"),
                Prefix.parse("fd31::/64"))));
  }

  private static void send(String destination) {
    var to = destination.contains(":") ? "[" + destination + "]" : destination;
    Shell.run(
        "echo x | ip netns exec phone socat -u - 'UDP-SENDTO:%s:9' 2>/dev/null || true"
            .formatted(to));
  }

  private static int seen(String destination) {
    var line =
        Shell.run("ip netns exec out nft list table inet seen | grep '\"to-" + destination + "\"'")
            .strip();
    return Integer.parseInt(line.replaceAll(".*packets (\\d+) .*", "$1"));
  }

  /** A first packet waits until its neighbour is found. */
  private static void assertArrived(int expected, String destination, String message) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (seen(destination) < expected && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertEquals(expected, seen(destination), destination + ": " + message);
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void anExitLetsOutWhatIsForTheInternetTheMeshAndWhatIsOpened(Backend backend) throws IOException {
    try (var filter = backend.open()) {
      for (var destination : all()) {
        send(destination);
        assertArrived(1, destination, "the trap is not set");
      }
      filter.replace(filter());
      var read = filter.read(filter());
      assertTrue(read.intact());
      assertEquals(FirewallSets.of(filter()), read.sets());
      REFUSED.forEach(ExitGuardKernelIT::send);
      for (var destination : LET_OUT) {
        send(destination);
        assertArrived(2, destination, "it is let out");
      }
      for (var destination : REFUSED) {
        assertArrived(1, destination, "it is refused");
      }
      filter.remove();
    }
  }

  /** What is for a Service is judged by the Service's address: where it leads is the cluster's. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void whatAServiceLeadsToIsReached(Backend backend) throws IOException {
    try (var filter = backend.open()) {
      filter.replace(filter());
      Shell.run(
          """
          nft add table ip kube
          nft add chain ip kube pre '{ type nat hook prerouting priority -100; }'
          nft add rule ip kube pre ip daddr 10.96.0.1 udp dport 9 dnat to 192.168.7.7
          """);
      send("10.96.0.1");
      assertArrived(1, "192.168.7.7", "by the Service");
      send("192.168.7.7");
      send("8.8.8.8");
      assertArrived(1, "8.8.8.8", "it is let out");
      assertArrived(1, "192.168.7.7", "directly it is refused");
      filter.remove();
    }
  }
}
