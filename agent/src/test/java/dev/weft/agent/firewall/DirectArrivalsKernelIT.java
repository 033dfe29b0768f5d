package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DirectArrivals;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.desired.HostGuard;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A node (this namespace) with a route into the mesh to a caller that comes beside the tunnels. The
 * caller 10.8.0.5 is in namespace "there" behind the link wan, and once more in "mesh" behind
 * weft0, which stands for a tunnel; a pod 10.2.1.5 hangs on weftbr0. The link wan is filtered
 * strictly.
 */
class DirectArrivalsKernelIT {
  private static final int PORT = 8080;
  private static final int NODE_PORT = 30080;

  private Server host;
  private Server pod;

  @BeforeEach
  void build() {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
        ip link set lo up
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        for n in there mesh pod; do
          ip netns add $n; ip -n $n link set lo up
          ip netns exec $n sysctl -qw net.ipv6.conf.default.accept_dad=0
        done
        ip link add wan type veth peer name wan netns there
        ip link add weft0 type veth peer name weft0 netns mesh
        ip link add weftbr0 type bridge
        ip link add vpod type veth peer name eth0 netns pod
        ip link set vpod master weftbr0
        for l in wan weft0 weftbr0 vpod; do ip link set $l up; done
        sysctl -qw net.ipv4.conf.wan.rp_filter=1 net.ipv4.conf.wan.src_valid_mark=1
        sysctl -qw net.ipv4.conf.weft0.rp_filter=2
        ip addr add 10.9.0.1/24 dev wan; ip addr add fd09::1/64 dev wan nodad
        ip addr add 10.2.1.1/24 dev weftbr0; ip addr add 10.7.0.1/24 dev weft0
        ip addr add fd07::1/64 dev weft0 nodad
        ip route add 10.8.0.0/24 via 10.9.0.2 dev wan
        ip -6 route add fd08::/64 via fd09::2 dev wan
        ip -n pod addr add 10.2.1.5/24 dev eth0; ip -n pod link set eth0 up
        ip -n pod route add default via 10.2.1.1
        ip -n there addr add 10.9.0.2/24 dev wan; ip -n there addr add 10.8.0.5/32 dev lo
        ip -n there addr add fd09::2/64 dev wan nodad; ip -n there addr add fd08::5/128 dev lo nodad
        ip -n there link set wan up
        ip -n mesh addr add 10.7.0.2/24 dev weft0; ip -n mesh addr add 10.8.0.5/32 dev lo
        ip -n mesh addr add fd07::2/64 dev weft0 nodad; ip -n mesh addr add fd08::5/128 dev lo nodad
        ip -n mesh link set weft0 up
        ip -n mesh route add 10.9.0.1/32 via 10.7.0.1
        ip -n mesh -6 route add fd09::1/128 via fd07::1
        ip route add 10.8.0.5/32 via 10.7.0.2 dev weft0 table 7050
        ip -6 route add fd08::5/128 via fd07::2 dev weft0 table 7050
        ip rule add pref 7003 iif lo fwmark 0x20/0x20 lookup main
        ip rule add pref 7003 iif weftbr0 fwmark 0x20/0x20 lookup main
        for f in -4 -6; do
          ip $f rule add pref 7004 fwmark 0x40/0x40 lookup main
          ip $f rule add pref 7010 not fwmark 0x1000/0x1000 lookup 7050
        done
        # The callers' routers would ask for the node's link address, not the callers.
        mac() { ip $1 -br link show $2 | awk '{print $3}'; }
        for v in 10. fd0; do
          [ $v = 10. ] && m=.0. || m=::
          ip -n there neigh replace ${v}9${m}1 lladdr $(mac '' wan) dev wan
          ip -n mesh neigh replace ${v}7${m}1 lladdr $(mac '' weft0) dev weft0
          ip neigh replace ${v}9${m}2 lladdr $(mac '-n there' wan) dev wan
          ip neigh replace ${v}7${m}2 lladdr $(mac '-n mesh' weft0) dev weft0
        done
        nft add table ip kube
        nft add chain ip kube pre '{ type nat hook prerouting priority -100; }'
        nft add rule ip kube pre fib daddr type local tcp dport 30080 dnat to 10.2.1.5:8080
        """);
    host = new Server("", PORT);
    pod = new Server("pod", PORT);
  }

  @AfterEach
  void end() {
    host.close();
    pod.close();
    Shell.run(
        """
        for n in there mesh pod; do ip netns del $n; done
        for l in wan weft0 weftbr0 vpod; do ip link del $l 2>/dev/null; done
        for f in -4 -6; do
          for p in 7003 7003 7004 7010; do ip $f rule del pref $p 2>/dev/null; done
          ip $f route flush table 7050 2>/dev/null
        done
        nft flush ruleset
        true
        """);
  }

  private static DesiredFirewall filter(DirectArrivals direct) {
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
        direct,
        HostGuard.NONE);
  }

  private static DirectArrivals direct(MacAddress... neighbours) {
    return DirectArrivals.of(
        List.of(Prefix.parse("10.8.0.5"), Prefix.parse("fd08::5")), List.of(neighbours), 0x1000);
  }

  /**
   * kube-proxy replaces the Service's address, and the kernel then routes anew without looking at
   * ports: a rule by the API server's port would not match.
   */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void theHostReachesTheServiceOfTheApiServerBesideTheTunnels(Backend backend) throws IOException {
    Shell.run(
        """
        ip route add 10.96.0.0/16 via 10.9.0.2 dev wan
        nft add chain ip kube out '{ type nat hook output priority -100; }'
        nft add rule ip kube out ip daddr 10.96.0.1 tcp dport 443 dnat to 10.8.0.5:8080
        nft add rule ip kube out ip daddr 10.96.0.2 tcp dport 443 dnat to 10.8.0.5:8080
        """);
    try (var filter = backend.open();
        var _ = new Server("there", PORT)) {
      filter.replace(filter(DirectArrivals.NONE));
      assertFalse(Server.answers("10.96.0.1", 443), "the trap is not set");
      var wanted =
          filter(
              DirectArrivals.of(
                  List.of(), List.of(), List.of(Endpoint.parse("10.96.0.1:443")), 0x1000));
      filter.replace(wanted);
      assertTrue(filter.read(wanted).intact());
      assertTrue(Server.answers("10.96.0.1", 443), "the Service of the API server");
      assertFalse(Server.answers("10.96.0.2", 443), "another Service");
      filter.remove();
    }
  }

  private static MacAddress mac(String text) {
    return new MacAddress(Long.parseLong(text.strip().replace(":", ""), 16));
  }

  private static boolean calls(String from, int port) {
    return Server.answers(from, ",bind=10.8.0.5", "10.9.0.1", port);
  }

  private static boolean callsByIPv6(String from) {
    return Server.answers(from, ",bind=[fd08::5]", "[fd09::1]", PORT);
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void whoComesBesideTheTunnelsIsAnsweredThere(Backend backend) throws IOException {
    try (var filter = backend.open()) {
      filter.replace(filter(DirectArrivals.NONE));
      assertFalse(calls("there", PORT), "the trap is not set");
      assertFalse(callsByIPv6("there"), "the trap is not set");
      filter.replace(filter(direct()));
      assertTrue(filter.read(filter(direct())).intact());
      assertTrue(calls("there", PORT), "by the host");
      assertTrue(callsByIPv6("there"), "by the host, IPv6");
      assertTrue(calls("there", NODE_PORT), "by a pod behind a port of the host");
      filter.remove();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void whoComesByTheMeshIsAnsweredByTheMesh(Backend backend) throws IOException {
    try (var filter = backend.open()) {
      filter.replace(filter(direct()));
      assertTrue(calls("mesh", PORT), "by the host");
      assertTrue(callsByIPv6("mesh"), "by the host, IPv6");
      assertTrue(calls("mesh", NODE_PORT), "by a pod behind a port of the host");
      filter.remove();
    }
  }

  /** Only what is addressed to this host is WireGuard's own, and passes by the mesh's routes. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void aPodsPacketToWireGuardsPortOfAnotherTakesTheMesh(Backend backend) throws IOException {
    for (var namespace : List.of("mesh", "there")) {
      Shell.run(
          """
          ip netns exec %1$s nft add table ip seen
          ip netns exec %1$s nft add chain ip seen in '{ type filter hook prerouting priority 0; }'
          ip netns exec %1$s nft add rule ip seen in udp dport 51820 counter
          """
              .formatted(namespace));
    }
    try (var filter = backend.open()) {
      filter.replace(filter(DirectArrivals.NONE));
      Shell.run("echo x | ip netns exec pod socat -u - UDP-SENDTO:10.8.0.5:51820");
      assertEquals(1, seen("mesh"));
      assertEquals(0, seen("there"), "in plain text");
      filter.remove();
    }
  }

  private static int seen(String namespace) {
    var rule = Shell.run("ip netns exec %s nft list table ip seen".formatted(namespace));
    return Integer.parseInt(rule.replaceAll("(?s).*packets (\\d+) .*", "$1"));
  }

  /** To the API server, by the rule for its address and port; answers come by a strict link. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void theHostsOwnCallsBesideTheTunnelsAreAnswered(Backend backend) throws IOException {
    Shell.run("ip rule add pref 7000 iif lo to 10.8.0.5 ipproto tcp dport 6443 lookup main");
    var server = new Server("there", 6443);
    try (var filter = backend.open()) {
      filter.replace(filter(DirectArrivals.NONE));
      assertFalse(Server.answers("10.8.0.5", 6443), "the trap is not set");
      filter.replace(filter(direct()));
      assertTrue(Server.answers("10.8.0.5", 6443));
      filter.remove();
    } finally {
      server.close();
      Shell.run("ip rule del pref 7000");
    }
  }

  /** Its packets are the mesh's, passed on by a gateway on the same link. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void whatACoLocatedNodePassesOnIsTheMeshs(Backend backend) throws IOException {
    var mac = mac(Shell.run("ip -n there -br link show wan | awk '{print $3}'"));
    Shell.run("sysctl -qw net.ipv4.conf.wan.rp_filter=2");
    try (var filter = backend.open()) {
      filter.replace(filter(direct(mac)));
      assertTrue(filter.read(filter(direct(mac))).intact());
      assertFalse(calls("there", PORT), "answered beside the mesh");
      assertFalse(callsByIPv6("there"), "answered beside the mesh");
      filter.replace(filter(direct(mac("02:00:00:00:00:01"))));
      assertTrue(calls("there", PORT), "another's link address");
      filter.remove();
    }
  }
}
