package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.diff.ForeignDevice;
import dev.weft.mesh.diff.StateDiff;
import dev.weft.mesh.kernel.KernelSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshot, diff, apply, again: what was wanted reads back, what was spoilt is repaired. */
class StateKernelIT {
  @TempDir Path directory;
  private Runner runner;
  private Kernel kernel;

  @BeforeEach
  void open() throws IOException {
    runner = new Runner(directory.resolve("requests"));
    kernel =
        Kernel.open(
            new KernelOptions(
                WireGuardImplementation.AUTO,
                directory.resolve("requests"),
                Path.of("/run/wireguard"),
                Duration.ofSeconds(10)));
  }

  @AfterEach
  void close() {
    kernel.cleanUp(Ownership.defaults());
    kernel.close();
    runner.close();
  }

  /** What {@code ip route flush} would do; that can't remove routes with a next-hop object. */
  private static String flush(String family) {
    return """
        ip %1$s route show table 7050 | grep -v '^[[:space:]]' | sed 's/^throw \\([^ ]*\\).*/throw \\1/; t; s/ .*//' |
        while read -r route; do ip %1$s route del $route table 7050; done"""
        .formatted(family);
  }

  private KernelSnapshot seen(DesiredState state) throws IOException {
    return kernel.read(state, 1);
  }

  private ChangeSet converge(DesiredState state) throws IOException {
    var changes = StateDiff.diff(state, seen(state));
    var result = kernel.apply(changes, state.routeProtocol());
    assertEquals(List.of(), result.failures());
    assertEquals(changes.changes().size(), result.applied());
    return changes;
  }

  private void assertConverged(DesiredState state) throws IOException {
    // Counts of links and addresses settle first, then nothing is left to be done.
    var left = StateDiff.diff(state, seen(state));
    if (!left.isEmpty()) {
      converge(state);
      left = StateDiff.diff(state, seen(state));
    }
    assertEquals(List.of(), left.changes());
  }

  @Test
  void desiredStateReadsBackAndNothingIsLeftToDo() throws IOException {
    var state = States.gateway(2, 3, 4);
    assertTrue(converge(state).changes().size() > 20);
    assertEquals(List.of(), StateDiff.diff(state, seen(state)).changes());
  }

  @Test
  void peersComeAndGo() throws IOException {
    converge(States.gateway(2, 3));
    converge(States.gateway(3, 4));
    assertConverged(States.gateway(3, 4));
    assertEquals(2, peers(States.gateway()));
  }

  /** Where a location has lost its gateway, and where it has one again (ADR 103). */
  @Test
  void whatHasNoPathDoesNotLeaveByTheDefaultRoute() throws IOException {
    Shell.run(
        """
        set -e
        ip link set lo up
        ip link add uplink type veth peer name beyond; ip link set uplink up; ip link set beyond up
        ip addr add 192.0.2.9/24 dev uplink; ip route add default via 192.0.2.8
        ip addr add 2001:db8::9/64 dev uplink nodad; ip -6 route add default via 2001:db8::8
        """);
    try {
      var both = States.gateway(2, 3);
      converge(both);
      var closed =
          both.withRoutes(
              both.nextHops(),
              both.nextHopGroups(),
              both.routes().stream()
                  .map(
                      r ->
                          r.destination().toString().matches("10\\.(2|4)\\.(0\\.)?3.*|fd00:2:3::.*")
                              ? new DesiredRoute(
                                  r.table(),
                                  r.destination(),
                                  new RouteTarget.Unreachable(),
                                  Optional.empty())
                              : r)
                  .toList());
      for (int time = 0; time < 2; time++) {
        converge(closed);
        assertConverged(closed);
        for (var to : List.of("10.2.3.9", "10.4.0.3", "fd00:2:3::9")) {
          assertTrue(
              Shell.run("ip route get " + to + " 2>&1 || true")
                  .matches("(?s).*(unreachable|No route).*"),
              to);
        }
        assertTrue(Shell.run("ip route get 10.2.2.9").contains("dev weft0"));
        assertTrue(Shell.run("ip route get 198.51.100.1").contains("dev uplink"));
        converge(both);
        for (var to : List.of("10.2.3.9", "10.4.0.3", "fd00:2:3::9")) {
          assertTrue(Shell.run("ip route get " + to).contains("dev weft0"), to);
        }
      }
    } finally {
      Shell.run("ip link del uplink");
    }
  }

  private int peers(DesiredState state) throws IOException {
    return seen(state).devices().stream().mapToInt(d -> d.peers().size()).sum();
  }

  /** As an uplink that has the name of the mesh's device would be: it keeps what it has. */
  @ParameterizedTest
  @ValueSource(strings = {"bridge", "veth", "tun"})
  void aLinkOfTheHostWithTheDevicesNameIsLeftAlone(String kind) throws Exception {
    var make =
        kind.equals("tun") ? "ip tuntap add weft0 mode tun" : "ip link add weft0 type " + kind;
    Shell.run(make + " && ip addr add 10.0.1.5/24 dev weft0 && ip link set weft0 mtu 1500 up");
    var before = Shell.run("ip addr show weft0; ip rule; ip route show table 7050");
    var state = States.gateway(2, 3);
    var foreign = ForeignDevice.of(state, seen(state));
    assertTrue(foreign.orElseThrow().message().startsWith("link weft0 is not Weft's: it is "));
    assertEquals(List.of(), StateDiff.diff(state, seen(state)).changes());
    var said = kernel.cleanUp(Ownership.of(state));
    // Of a TUN device only the request to the runner is taken back, which nobody has made.
    assertTrue(
        kind.equals("tun") || said.contains("kept link weft0: it is not Weft's"), said::toString);
    assertEquals(before, Shell.run("ip addr show weft0; ip rule; ip route show table 7050"));
    Shell.run("ip link del weft0");
  }

  @Test
  void anotherAgentChangesNothing() throws IOException {
    var state = States.gateway(2, 3);
    converge(state);
    try (var second =
        Kernel.open(
            new KernelOptions(
                WireGuardImplementation.AUTO,
                directory.resolve("requests"),
                Path.of("/run/wireguard"),
                Duration.ofSeconds(1)))) {
      assertEquals(List.of(), StateDiff.diff(state, second.read(state, 1)).changes());
    }
  }

  @Test
  void whatIsSpoiltByHandIsRepaired() throws IOException {
    var state = States.gateway(2, 3);
    converge(state);
    for (var damage :
        List.of(
            flush("-4"),
            flush("-6"),
            "ip route del 10.2.2.0/24 table 7050",
            "ip rule del priority 7010",
            "ip rule add priority 7055 protocol 87 lookup main",
            "ip -6 rule del priority 7010",
            "ip addr del 10.4.0.1/32 dev weft0",
            "ip addr add 10.44.0.1/32 dev weft0",
            "ip link set weft0 down",
            "ip link set weft0 mtu 1300",
            "ip nexthop flush",
            "ip link set lo mtu 65536; echo 0 > /proc/sys/net/ipv4/conf/weft0/forwarding",
            "wg set weft0 peer " + Keys.publicKey(2) + " remove",
            "wg set weft0 peer " + Keys.publicKey(3) + " allowed-ips 10.2.2.0/24,10.77.0.0/16",
            "wg set weft0 listen-port 51999",
            "wg set weft0 fwmark 0",
            "nft delete table inet weft",
            "nft flush chain inet weft forward",
            "nft add element inet weft mesh4 '{ 172.31.0.0/16 }'",
            "nft delete element inet weft mesh4 '{ 10.2.0.0/16 }'",
            "nft add rule inet weft forward drop",
            "nft add chain inet weft extra")) {
      Shell.run(damage);
      var changes = converge(state);
      assertTrue(!changes.isEmpty(), "not noticed: " + damage);
      assertConverged(state);
    }
  }

  /** A device that died takes addresses, routes and next hops with it. */
  @Test
  void deviceThatDiedComesBackWithAllThatHungOnIt() throws IOException {
    var state = States.gateway(2, 3);
    converge(state);
    if (kernel.userspace()) {
      runner.kill("weft0");
    } else {
      Shell.run("ip link del weft0");
    }
    Shell.run("while ip link show weft0 >/dev/null 2>&1; do sleep 0.02; done");
    converge(state);
    assertConverged(state);
    assertEquals(2, peers(state));
  }

  @Test
  void refusedChangeDoesNotStopTheRest() throws IOException {
    var state = States.gateway(2);
    var changes = StateDiff.diff(state, seen(state)).changes();
    var bad = new java.util.ArrayList<Change>(changes);
    bad.add(0, new Change.SetLink("nosuch0", 1400));
    bad.add(
        new Change.SetRoute(
            new dev.weft.mesh.desired.DesiredRoute(
                States.TABLE,
                States.prefix("10.9.0.0/16"),
                new dev.weft.mesh.desired.RouteTarget.Group(States.BASE + 4000),
                Optional.empty())));
    var result = kernel.apply(new ChangeSet(bad), States.PROTOCOL);
    assertEquals(changes.size(), result.applied());
    assertEquals(2, result.failures().size());
    assertEquals(19, result.failures().get(0).errno());
    assertEquals(22, result.failures().get(1).errno());
    assertTrue(
        result.failures().get(1).message().contains("Nexthop id does not exist"),
        result.failures().get(1).message());
    assertConverged(state);
  }

  @Test
  void eventsTellOfEveryKindOfDamage() throws Exception {
    var state = States.gateway(2);
    converge(state);
    for (var damage :
        List.of(
            flush("-4"),
            "ip rule del priority 7010",
            "ip addr del 10.4.0.1/32 dev weft0",
            "ip link set weft0 down",
            "ip nexthop flush",
            "nft delete table inet weft",
            "nft flush chain inet weft prerouting",
            "nft add element inet weft mesh4 '{ 172.31.0.0/16 }'")) {
      converge(state);
      assertConverged(state);
      var heard = new CountDownLatch(1);
      var events = kernel.watch(reason -> heard.countDown(), () -> Ownership.of(state));
      Shell.run(damage);
      boolean inTime = heard.await(1, TimeUnit.SECONDS);
      events.close();
      assertTrue(inTime, damage);
    }
  }

  /** As a routing daemon writes them all day: none of them may cost a pass. */
  @Test
  void routesRulesAndNextHopsOfOthersAreNotTold() throws Exception {
    var state = States.gateway(2);
    converge(state);
    var heard = new CopyOnWriteArrayList<String>();
    var events = kernel.watch(heard::add, () -> Ownership.of(state));
    // The kernel reports new IPv6 addresses once more from a work queue, after their DAD state is
    // set.
    for (int quiet = 0, before = 0; quiet < 25; quiet = heard.size() == before ? quiet + 1 : 0) {
      before = heard.size();
      Thread.sleep(20);
    }
    heard.clear();
    Shell.run(
        "ip route add 10.210.0.0/16 dev lo proto bgp && ip route del 10.210.0.0/16 dev lo"
            + " && ip route add 10.211.0.0/16 dev lo table 99 proto bgp"
            + " && ip route flush table 99"
            + " && ip rule add priority 100 lookup 99 && ip rule del priority 100"
            + " && ip nexthop add id 7 dev lo && ip nexthop del id 7");
    // Told in order: once this is heard, all before it would have been.
    Shell.run("ip route add 10.212.0.0/16 dev lo table " + state.tables().getFirst());
    for (int i = 0; i < 100 && heard.isEmpty(); i++) {
      Thread.sleep(20);
    }
    events.close();
    Shell.run("ip route del 10.212.0.0/16 table " + state.tables().getFirst());
    assertEquals(List.of("route"), heard);
  }

  @Test
  void cleanUpLeavesNothing() throws IOException {
    Shell.run(
        "ip rule add priority 6999 lookup main && ip route add 10.200.0.0/16 dev lo table 99");
    var state = States.gateway(2, 3);
    converge(state);
    kernel.cleanUp(Ownership.of(state));
    Shell.run("while ip link show weft0 >/dev/null 2>&1; do sleep 0.02; done");
    var seen = seen(state);
    assertEquals(List.of(), seen.devices());
    assertEquals(List.of(), seen.nextHops());
    assertEquals(List.of(), seen.routes());
    assertEquals(List.of(), seen.rules());
    assertEquals(false, seen.firewall().present());
    Shell.run("ip rule del priority 6999 && ip route del 10.200.0.0/16 table 99");
  }
}
