package dev.weft.agent.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Shell;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.EgressFilter;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What reaches pods 10.2.1.5 and 10.2.1.6 and the host through chains of others: namespace "mesh"
 * sends by weft0, which stands for a tunnel, the pods hang on weftbr0.
 */
class ForeignChainsKernelIT {
  private static final int PORT = 8080;

  /** Docker's: a policy that drops, and the place where administrators put their own rules. */
  private static final String DOCKER =
      """
      %1$s -P FORWARD DROP
      %1$s -N DOCKER-USER; %1$s -N DOCKER-FORWARD; %1$s -N DOCKER-CT
      %1$s -A FORWARD -j DOCKER-USER
      %1$s -A FORWARD -j DOCKER-FORWARD
      %1$s -A DOCKER-FORWARD -j DOCKER-CT
      %1$s -A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      %1$s -A DOCKER-FORWARD -i docker0 -j ACCEPT
      %1$s -A DOCKER-USER -d 10.2.1.6 -j DROP
      %1$s -A DOCKER-USER -j RETURN
      """;

  /** kube-router's policies: a chain a pod, whose end rejects. */
  private static final String KUBE_ROUTER =
      """
      %1$s -P FORWARD DROP
      %1$s -N KUBE-ROUTER-FORWARD; %1$s -N KUBE-POD-FW-6; %1$s -N KUBE-NWPLCY-A
      %1$s -I FORWARD 1 -m comment --comment "kube-router netpol" -j KUBE-ROUTER-FORWARD
      %1$s -A KUBE-ROUTER-FORWARD -d 10.2.1.6 -j KUBE-POD-FW-6
      %1$s -A KUBE-POD-FW-6 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      %1$s -A KUBE-POD-FW-6 -j KUBE-NWPLCY-A
      %1$s -A KUBE-NWPLCY-A -s 10.2.9.9 -j MARK --set-xmark 0x10000/0x10000
      %1$s -A KUBE-POD-FW-6 -m mark ! --mark 0x10000/0x10000 -j REJECT
      """;

  private Server pods;

  @BeforeEach
  void build() {
    Shell.run(
        """
        set -e
        sysctl -qw net.ipv4.ip_forward=1
        ip link set lo up
        for n in mesh pod; do ip netns add $n; ip -n $n link set lo up; done
        ip link add weft0 type veth peer name weft0 netns mesh
        ip link add weftbr0 type bridge
        ip link add vpod type veth peer name eth0 netns pod
        ip link set vpod master weftbr0
        for l in weft0 weftbr0 vpod; do ip link set $l up; done
        ip addr add 10.2.1.1/24 dev weftbr0; ip addr add 10.7.0.1/24 dev weft0
        ip -n pod addr add 10.2.1.5/24 dev eth0; ip -n pod addr add 10.2.1.6/24 dev eth0
        ip -n pod link set eth0 up; ip -n pod route add default via 10.2.1.1
        ip -n mesh addr add 10.7.0.2/24 dev weft0; ip -n mesh link set weft0 up
        ip -n mesh route add 10.2.1.0/24 via 10.7.0.1
        """);
    pods = new Server("pod", PORT);
  }

  @AfterEach
  void end() {
    pods.close();
    Shell.run(
        """
        for n in mesh pod; do ip netns del $n; done
        for l in weft0 weftbr0 vpod; do ip link del $l 2>/dev/null; done
        nft flush ruleset
        iptables-legacy -P FORWARD ACCEPT; iptables-legacy -P INPUT ACCEPT
        iptables-legacy -F; iptables-legacy -X
        true
        """);
  }

  static DesiredFirewall filter() {
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
        new EncapsulationGuard(List.of(51819), false, List.of(Prefix.parse("10.7.0.99"))),
        EgressFilter.NONE);
  }

  private static String tool(Backend backend) {
    return backend == Backend.IPTABLES_LEGACY ? "iptables-legacy" : "iptables-nft";
  }

  private static boolean reaches(String address) {
    return Server.answers("mesh", "", address, PORT);
  }

  private static void refusesWhatItsOwnersRuleRefuses(Backend backend, String rules)
      throws IOException {
    Shell.run("set -e\n" + rules.formatted(tool(backend)));
    assertFalse(reaches("10.2.1.5"), "the policy does not drop");
    try (var filter = backend.open()) {
      filter.replace(filter());
      assertTrue(filter.read(filter()).intact());
      assertEquals(List.of(), filter.obstacles());
      assertTrue(reaches("10.2.1.5"), "what the policy dropped");
      assertFalse(reaches("10.2.1.6"), "what a rule drops");
      filter.replace(filter());
      assertFalse(reaches("10.2.1.6"), "after another pass");
      filter.remove();
      assertFalse(reaches("10.2.1.5"), "after removal");
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void dockersChainsKeepTheirWord(Backend backend) throws IOException {
    refusesWhatItsOwnersRuleRefuses(backend, DOCKER);
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void kubeRoutersChainsKeepTheirWord(Backend backend) throws IOException {
    refusesWhatItsOwnersRuleRefuses(backend, KUBE_ROUTER);
  }

  @Test
  void anNftTablesChainsKeepTheirWord() throws IOException {
    refusesWhatItsOwnersRuleRefuses(
        Backend.NFTABLES,
        """
        : %s
        nft add table inet corp
        nft add chain inet corp pass '{ type filter hook forward priority 0; policy drop; }'
        nft add rule inet corp pass ip daddr 10.2.1.6 drop
        """);
  }

  /** Somebody appends a rule: it has to count, too. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void aRuleThatIsAppendedLaterGoesBeforeOurs(Backend backend) throws IOException {
    Shell.run(tool(backend) + " -P FORWARD DROP");
    try (var filter = backend.open()) {
      filter.replace(filter());
      assertTrue(reaches("10.2.1.6"));
      Shell.run(tool(backend) + " -A FORWARD -d 10.2.1.6 -j DROP");
      assertFalse(filter.read(filter()).intact());
      filter.replace(filter());
      assertTrue(filter.read(filter()).intact());
      assertFalse(reaches("10.2.1.6"));
      assertTrue(reaches("10.2.1.5"));
      filter.remove();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aRuleThatRefusesAllThatIsLeftIsNamedAndLeft(Backend backend) throws IOException {
    Shell.run("%1$s -P FORWARD DROP; %1$s -A FORWARD -j REJECT".formatted(tool(backend)));
    try (var filter = backend.open()) {
      filter.replace(filter());
      assertTrue(filter.read(filter()).intact());
      assertFalse(reaches("10.2.1.5"));
      var told = filter.obstacles();
      assertEquals(1, told.size(), told.toString());
      assertTrue(told.getFirst().contains("FORWARD"), told.toString());
      assertTrue(told.getFirst().contains("--zone=trusted --add-interface=weft0"), told.toString());
      Shell.run(tool(backend) + " -D FORWARD -j REJECT");
      filter.replace(filter());
      assertTrue(reaches("10.2.1.5"), "the rule is gone");
      // It comes back, and ours gives way.
      Shell.run(tool(backend) + " -I FORWARD 1 -j REJECT");
      assertFalse(filter.read(filter()).intact());
      filter.replace(filter());
      assertTrue(filter.read(filter()).intact());
      assertEquals("", Shell.run(tool(backend) + " -S FORWARD 2>/dev/null | grep -i weft || true"));
      filter.remove();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void theHostStaysAsClosedAsItsOwnerMadeIt(Backend backend) throws IOException {
    Shell.run(
        """
        %1$s -P INPUT DROP
        %1$s -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        %1$s -A INPUT -p udp --dport 51818 -s 10.7.0.3 -j DROP
        """
            .formatted(tool(backend)));
    var host = new Server("", PORT);
    try (var filter = backend.open()) {
      filter.replace(filter());
      assertTrue(filter.read(filter()).intact());
      assertFalse(Server.answers("mesh", "", "10.7.0.1", PORT), "a port of the host, by weft0");
      assertFalse(Server.answers("pod", "", "10.2.1.1", PORT), "a port of the host, by weftbr0");
      assertTrue(arrives("mesh", "10.7.0.1", 51818), "a probe, by weft0");
      assertFalse(arrives("pod", "10.2.1.1", 51818), "a probe, by weftbr0");
      assertTrue(arrives("pod", "10.2.1.1", 51820), "WireGuard, from anywhere");
      assertFalse(arrives("mesh", "10.7.0.1", 51819), "VXLAN, from a stranger");
      Shell.run("ip -n mesh addr add 10.7.0.99/24 dev weft0");
      assertTrue(arrives("mesh", "10.7.0.1", 51819, "10.7.0.99"), "VXLAN, from a neighbour");
      Shell.run("ip -n mesh addr add 10.7.0.3/24 dev weft0");
      assertFalse(arrives("mesh", "10.7.0.1", 51818, "10.7.0.3"), "what a rule drops");
      filter.remove();
    } finally {
      host.close();
    }
  }

  private static boolean arrives(String from, String address, int port) {
    return arrives(from, address, port, "");
  }

  /** Whether a datagram is echoed. */
  private static boolean arrives(String from, String address, int port, String source) {
    var told =
        Shell.run(
            """
            timeout 3 socat -T1 UDP4-RECVFROM:%2$d,reuseaddr EXEC:cat & server=$!
            for i in $(seq 40); do ss -Hlun sport = :%2$d | grep -q . && break; sleep 0.05; done
            echo ping | ip netns exec %3$s socat -T1 - UDP4:%1$s:%2$d%4$s 2>/dev/null
            kill $server 2>/dev/null; wait $server 2>/dev/null
            true
            """
                .formatted(address, port, from, source.isEmpty() ? "" : ",bind=" + source));
    return told.contains("ping");
  }

  /** firewalld's way since RHEL 9.5: a table that only the program may change that made it. */
  @Test
  void aTableOfAnotherOwnerIsNamedWithTheRemedies() throws IOException {
    try (var owner = new Owner();
        var filter = Backend.NFTABLES.open()) {
      owner.run("add table inet firewalld { flags owner; }");
      owner.run(
          "add chain inet firewalld filter_INPUT { type filter hook input priority 10; policy accept; }");
      owner.run("add rule inet firewalld filter_INPUT ct state established,related accept");
      owner.run("add rule inet firewalld filter_INPUT reject with icmpx type admin-prohibited");
      owner.run(
          "add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; policy drop; }");
      owner.await("filter_FORWARD");
      filter.replace(filter());
      assertTrue(filter.read(filter()).intact(), "nothing that a pass could mend");
      var told = String.join("\n", filter.obstacles());
      assertEquals(2, filter.obstacles().size(), told);
      assertTrue(told.contains("table inet firewalld belongs to the program"), told);
      assertTrue(
          told.contains("--zone=trusted --add-interface=weft0 --add-interface=weftbr0"), told);
      assertTrue(told.contains("--add-port=51820/udp"), told);
      assertTrue(told.contains("NftablesTableOwner=no in /etc/firewalld/firewalld.conf"), told);
      owner.run("add rule inet firewalld filter_FORWARD reject with icmpx type admin-prohibited");
      owner.await("admin-prohibited.*admin-prohibited");
      filter.read(filter());
      assertTrue(String.join("", filter.obstacles()).contains("refuses what the mesh forwards"));
      filter.remove();
    }
  }

  /** A process that owns a table as long as it runs. */
  private static final class Owner implements AutoCloseable {
    private final Process nft;

    Owner() throws IOException {
      nft = new ProcessBuilder("nft", "-i").redirectErrorStream(true).start();
    }

    void run(String command) {
      try {
        nft.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        nft.getOutputStream().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void await(String part) {
      long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (!Shell.run("nft list ruleset | tr -d '\\n'").matches(".*" + part + ".*")) {
        assertTrue(System.nanoTime() < until, () -> "no " + part);
      }
    }

    @Override
    public void close() throws IOException {
      nft.getOutputStream().close();
      nft.onExit().join();
    }
  }
}
