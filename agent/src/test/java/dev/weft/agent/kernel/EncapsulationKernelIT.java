package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.desired.DesiredFirewall;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.LinkSettings;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.diff.StateDiff;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import dev.weft.mesh.tunnel.TunnelForwarding;
import dev.weft.mesh.tunnel.TunnelNeighbour;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Encapsulation between this namespace and one across a veth pair, which is set up with ip(8) as
 * the other end: pods 10.2.1.0/24 here and 10.2.2.0/24 there, underlay 10.9.0.1 and 10.9.0.2.
 */
class EncapsulationKernelIT {
  private static final MacAddress HERE = MacAddress.derivedFrom("here");
  private static final MacAddress THERE = MacAddress.derivedFrom("there");

  @TempDir Path directory;
  private Kernel kernel;

  @BeforeEach
  void open() throws IOException {
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
        ip link set lo up
        ip netns add there
        ip link add wan type veth peer name wan netns there
        ip addr add 10.9.0.1/24 dev wan; ip addr add fd09::1/64 dev wan nodad; ip link set wan up
        ip addr add 10.2.1.1/32 dev lo; ip addr add fd02:1::1/128 dev lo
        ip -n there link set lo up
        ip -n there addr add 10.9.0.2/24 dev wan; ip -n there addr add fd09::2/64 dev wan nodad
        ip -n there addr add 10.9.0.3/24 dev wan
        ip -n there link set wan up
        ip -n there addr add 10.2.2.1/32 dev lo; ip -n there addr add fd02:2::1/128 dev lo
        """);
  }

  @AfterEach
  void close() {
    kernel.cleanUp(Ownership.defaults());
    kernel.close();
    Shell.run(
        "ip netns del there; ip link del wan 2>/dev/null; ip addr flush dev lo scope global; true");
  }

  private void converge(DesiredState state) throws IOException {
    var changes = StateDiff.diff(state, kernel.read(state, 1));
    assertEquals(List.of(), kernel.apply(changes, state.routeProtocol()).failures());
    assertEquals(List.of(), StateDiff.diff(state, kernel.read(state, 1)).changes());
  }

  private static DesiredState state(
      DesiredEncapsulation encapsulation, EncapsulationGuard guard, List<DesiredRoute> routes) {
    var s = States.gateway();
    var f = s.firewall();
    return new DesiredState(
        s.routeProtocol(),
        s.nextHopBase(),
        s.tables(),
        s.rulePriority(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        routes,
        s.rules().stream().filter(r -> r.priority() == 7010).toList(),
        encapsulation.tunnels().stream().map(t -> new LinkSettings(t.name(), 1, 2, -1)).toList(),
        encapsulation,
        new DesiredFirewall(
            f.meshLinks(),
            f.wireGuardLinks(),
            f.listenPorts(),
            f.mark(),
            f.mask(),
            List.of(),
            f.meshPrefixes(),
            f.ownPrefixes(),
            f.trackedPrefixes(),
            guard,
            f.egress()),
        List.of());
  }

  private static DesiredState nothing() {
    return state(DesiredEncapsulation.NONE, EncapsulationGuard.NONE, List.of());
  }

  private static DesiredState vxlan(String local, String remote, int vni) {
    var tunnel =
        new DesiredTunnel.Vxlan(
            DesiredTunnel.Scope.LOCATION, States.ip(local), HERE, vni, 51819, 1430);
    var name = tunnel.name();
    return state(
        new DesiredEncapsulation(
            List.of(tunnel),
            List.of(
                new TunnelNeighbour(name, States.ip("10.9.0.2"), THERE),
                new TunnelNeighbour(name, THERE.linkLocal(), THERE)),
            List.of(new TunnelForwarding(name, THERE, States.ip(remote)))),
        new EncapsulationGuard(List.of(51819), false, List.of(States.prefix(remote))),
        List.of(
            route("10.2.2.0/24", new RouteTarget.Via(States.ip("10.9.0.2"), name), "10.2.1.1"),
            route("fd02:2::/64", new RouteTarget.Via(THERE.linkLocal(), name), "fd02:1::1")));
  }

  private static DesiredRoute route(String to, RouteTarget target, String source) {
    return new DesiredRoute(
        States.TABLE, States.prefix(to), target, Optional.of(States.ip(source)));
  }

  /** The other end, by ip(8) and bridge(8). */
  private static void vxlanThere(String name, String local, String remote) {
    Shell.run(
        """
        set -e
        ip -n there link add %1$s address %4$s type vxlan id 7050 local %2$s dstport 51819 nolearning
        ip -n there link set %1$s mtu 1430 up
        bridge -n there fdb append %5$s dev %1$s dst %3$s
        ip -n there neigh add 10.9.0.1 lladdr %5$s dev %1$s
        ip -n there neigh add fe80::9 lladdr %5$s dev %1$s
        ip -n there route add 10.2.1.0/24 via 10.9.0.1 dev %1$s onlink src 10.2.2.1
        ip -n there route add fd02:1::/64 via fe80::9 dev %1$s src fd02:2::1
        """
            .formatted(name, local, remote, THERE, HERE));
  }

  @Test
  void thisKernelMakesVxlan() {
    assertTrue(kernel.encapsulations().contains(EncapsulationProtocol.VXLAN));
    var made = Shell.run("ip link add weftq type ipip local 127.0.0.1 2>&1 || true");
    Shell.run("ip link del weftq 2>/dev/null || true");
    assertEquals(
        !made.contains("Unknown device type"),
        kernel.encapsulations().contains(EncapsulationProtocol.IPIP));
  }

  @Test
  void vxlanOverIpv4CarriesBothFamiliesAndTheWireSeesNeither() throws Exception {
    converge(vxlan("10.9.0.1", "10.9.0.2", 7050));
    vxlanThere("vx", "10.9.0.2", "10.9.0.1");
    assertNothingPlain("udp port 51819");
  }

  @Test
  void vxlanOverIpv6CarriesBothFamiliesAndTheWireSeesNeither() throws Exception {
    converge(vxlan("fd09::1", "fd09::2", 7050));
    vxlanThere("vx", "fd09::2", "fd09::1");
    assertNothingPlain("udp port 51819");
  }

  private void assertNothingPlain(String carrier) throws Exception {
    var file = directory.resolve("wire.pcap").toString();
    var capture =
        new ProcessBuilder(
                "tcpdump", "-i", "wan", "-n", "-U", "--immediate-mode", "-Z", "root", "-w", file)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Shell.run("for i in $(seq 50); do [ -s " + file + " ] && break; sleep 0.1; done");
      Shell.run("ping -c 2 -i 0.2 -W 2 10.2.2.1");
      if (carrier.startsWith("udp")) {
        Shell.run("ping -c 2 -i 0.2 -W 2 fd02:2::1");
      }
      Shell.run("ip netns exec there ping -c 1 -W 2 10.2.1.1");
      Thread.sleep(300);
    } finally {
      capture.destroy();
      capture.waitFor();
    }
    var read = "tcpdump -n -r " + file + " 2>/dev/null ";
    assertEquals("", Shell.run(read + "'net 10.2.0.0/16 or net fd02::/16'"));
    assertTrue(Shell.run(read + "'" + carrier + "'").lines().count() >= 6);
  }

  @Test
  void strangersAreDroppedAtTheGuard() throws IOException {
    var state = vxlan("10.9.0.1", "10.9.0.2", 7050);
    converge(state);
    // The same packets, but from an address that is none of the location's.
    vxlanThere("vx", "10.9.0.3", "10.9.0.1");
    assertTrue(Shell.run("ping -c 1 -W 1 10.2.2.1 || echo lost").contains("lost"));
    var alone = "ip netns exec there ping -c 1 -W 1 10.2.1.1 || echo lost";
    assertTrue(Shell.run(alone).contains("lost"));
    var guard =
        new EncapsulationGuard(List.of(51819), false, List.of(States.prefix("10.9.0.0/24")));
    converge(state(state.encapsulation(), guard, state.routes()));
    Shell.run("bridge fdb replace " + THERE + " dev weftvx4 dst 10.9.0.3 self");
    Shell.run("ip netns exec there ping -c 1 -W 2 10.2.1.1");
  }

  @Test
  void whatIsSpoiltByHandIsRepairedAndWhatIsGoneIsRemoved() throws IOException {
    var state = vxlan("10.9.0.1", "10.9.0.2", 7050);
    converge(state);
    for (var damage :
        List.of(
            "ip link del weftvx4",
            "ip link set weftvx4 down",
            "ip link set weftvx4 mtu 1300",
            "ip link set weftvx4 address 02:00:00:00:00:01",
            "ip link set weftvx4 type vxlan learning 2>/dev/null || bridge fdb del "
                + THERE
                + " dev weftvx4",
            "ip link del weftvx4; ip link add weftvx4 type vxlan id 9 dstport 4789; ip link set weftvx4 up",
            "ip link del weftvx4; ip link add weftvx4 type bridge",
            "ip neigh flush dev weftvx4 nud permanent",
            "ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev weftvx4 nud permanent",
            "ip neigh add 10.9.0.77 lladdr 02:00:00:00:00:02 dev weftvx4 nud permanent",
            "bridge fdb del " + THERE + " dev weftvx4",
            "bridge fdb replace " + THERE + " dev weftvx4 dst 10.9.0.9",
            "bridge fdb append 02:00:00:00:00:09 dev weftvx4 dst 10.9.0.9",
            "nft flush chain inet weft input",
            "nft add element inet weft encap4 '{ 172.31.0.0/16 }'")) {
      Shell.run(damage);
      assertTrue(!StateDiff.diff(state, kernel.read(state, 1)).isEmpty(), "not noticed: " + damage);
      converge(state);
    }
    converge(vxlan("10.9.0.1", "10.9.0.2", 9));
    converge(vxlan("fd09::1", "fd09::2", 9));
    converge(nothing());
    assertEquals("", Shell.run("ip -br link | grep weftvx || true"));
  }

  @Test
  void ipipCarriesTheMarkAndReachesWhomTheRouteNames() throws Exception {
    assumeTrue(
        kernel.encapsulations().contains(EncapsulationProtocol.IPIP),
        "this kernel has no IPIP; User Mode Linux has");
    var tunnel = new DesiredTunnel.Ipip(States.ip("10.9.0.1"), 0x1000, 1480);
    // A prefix of the mesh that holds the underlay: without its mark the outer packet would take
    // it.
    var wide = route("10.9.0.0/16", new RouteTarget.Device("lo"), "10.2.1.1");
    var state =
        state(
            new DesiredEncapsulation(List.of(tunnel), List.of(), List.of()),
            new EncapsulationGuard(List.of(), true, List.of(States.prefix("10.9.0.2"))),
            List.of(
                wide,
                route(
                    "10.2.2.0/24",
                    new RouteTarget.Via(States.ip("10.9.0.2"), "weftip4"),
                    "10.2.1.1")));
    converge(state);
    Shell.run(
        """
        set -e
        ip -n there link add ipip type ipip local 10.9.0.2
        ip -n there link set ipip up
        ip -n there route add 10.2.1.0/24 via 10.9.0.1 dev ipip onlink src 10.2.2.1
        """);
    assertNothingPlain("ip proto 4");
    Shell.run("ip link set weftip4 type ipip local 10.9.0.1 fwmark 0");
    assertTrue(!StateDiff.diff(state, kernel.read(state, 1)).isEmpty());
    converge(state);
    var strict = new EncapsulationGuard(List.of(), true, List.of(States.prefix("10.9.0.7")));
    converge(state(state.encapsulation(), strict, state.routes()));
    assertTrue(Shell.run("ping -c 1 -W 1 10.2.2.1 || echo lost").contains("lost"));
    converge(nothing());
    assertEquals("", Shell.run("ip -br link | grep weftip || true"));
  }
}
