package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.kernel.SeenLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two pods of one node on weftbr0, and a rule that drops what one sends the other. */
class BridgeKernelIT {
  @TempDir Path directory;
  private Kernel kernel;

  @BeforeEach
  void build() throws IOException {
    kernel =
        Kernel.open(
            new KernelOptions(
                WireGuardImplementation.AUTO,
                directory.resolve("requests"),
                Path.of("/run/wireguard"),
                Duration.ofSeconds(10)));
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv6.conf.default.accept_dad=0
        ip link add weftbr0 type bridge; ip link set weftbr0 up
        for n in 1 2; do
          ip netns add pod$n; ip -n pod$n link set lo up
          ip netns exec pod$n sysctl -qw net.ipv6.conf.default.accept_dad=0
          ip link add v$n type veth peer name eth0 netns pod$n
          ip link set v$n master weftbr0; ip link set v$n up
          ip -n pod$n link set eth0 up
          ip -n pod$n addr add 10.42.1.$n/24 dev eth0
          ip -n pod$n addr add fd42::$n/64 dev eth0 nodad
        done
        nft -f - <<'N'
        table inet engine {
          chain forward { type filter hook forward priority 0; policy accept;
            ip saddr 10.42.1.1 ip daddr 10.42.1.2 drop
            ip6 saddr fd42::1 ip6 daddr fd42::2 meta l4proto udp drop
          }
        }
        N
        """);
  }

  @AfterEach
  void end() {
    kernel.close();
    Shell.run(
        """
        for n in 1 2; do ip netns del pod$n; ip link del v$n 2>/dev/null; done
        ip link del weftbr0 2>/dev/null
        nft flush ruleset
        true
        """);
  }

  private SeenLink bridge() throws IOException {
    return kernel.links().stream()
        .filter(l -> l.name().equals("weftbr0"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean reaches() {
    return Shell.run(
            "ip netns exec pod1 ping -c 1 -W 2 10.42.1.2 >/dev/null 2>&1 && echo yes || echo no")
        .strip()
        .equals("yes");
  }

  /** Whether UDP arrives; the address is asked for first, so that nothing waits for it. */
  private static boolean reachesByIpv6() {
    return Shell.run(
            """
            ip netns exec pod1 ping -6 -c 1 -W 5 fd42::2 >/dev/null 2>&1
            timeout 5 ip netns exec pod2 socat -u UDP6-RECV:9,bind=[fd42::2] OPEN:%1$s,creat &
            until ip netns exec pod2 ss -Hlun | grep -q ':9 '; do :; done
            for i in 1 2 3; do
              echo x | ip netns exec pod1 socat -u - 'UDP-SENDTO:[fd42::2]:9'
            done
            wait
            test -s %1$s && echo yes || echo no
            """
                .formatted("/tmp/weft-bridge-" + ProcessHandle.current().pid()))
        .strip()
        .equals("yes");
  }

  @Test
  void packetsBetweenPodsMeetThePacketFilterWhateverTheSysctlSays() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/sys/net/bridge")), "no br_netfilter here");
    Shell.run(
        "sysctl -qw net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0");
    assertTrue(reaches(), "the trap is not set: the bridge carries it past the rule");
    assertTrue(reachesByIpv6(), "the trap is not set");
    assertEquals(Optional.empty(), kernel.filterBridge(bridge()));
    assertTrue(
        Shell.run("ip -d link show weftbr0").contains("nf_call_iptables 1 nf_call_ip6tables 1"));
    assertEquals(false, reaches(), "the rule drops it");
    Shell.run("rm -f /tmp/weft-bridge-" + ProcessHandle.current().pid());
    assertEquals(false, reachesByIpv6(), "the rule drops it");
  }

  @Test
  void aLinkThatIsNoBridgeIsLeftAloneAndOneThatIsGoneIsNoFault() throws IOException {
    var gone = bridge();
    Shell.run("ip link del weftbr0; ip link add weftbr0 type veth peer name other");
    assertEquals(Optional.empty(), kernel.filterBridge(bridge()));
    Shell.run("ip link del weftbr0");
    assertEquals(Optional.empty(), kernel.filterBridge(gone));
  }

  @Test
  void whatTheKernelRefusesIsSaidAndNothingIsThrown() throws IOException {
    var right = bridge();
    var wrong =
        new SeenLink(
            1, // lo, which is no bridge
            right.name(),
            right.kind(),
            right.mtu(),
            right.up(),
            right.addresses(),
            -1,
            -1,
            -1);
    var refused = kernel.filterBridge(wrong);
    assertTrue(refused.orElse("").contains("RTM_NEWLINK weftbr0"), refused::toString);
  }
}
