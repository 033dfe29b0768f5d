package dev.weft.mesh.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.kernel.SeenEncapsulation;
import dev.weft.mesh.kernel.SeenPeer;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateDiffTest {
  private static final long NOW = 1_800_000_000L;

  /** Every change of granularity, each way, on every node. */
  @ParameterizedTest
  @CsvSource({"LOCATION, FULL", "FULL, CROSS", "CROSS, LOCATION", "FULL, LOCATION"})
  void whatIsAppliedReadsBackAsDesiredAndThenNothingIsLeftToDo(Granularity from, Granularity to) {
    var clouds = Clouds.three();
    var before = states(clouds.granularity(from));
    var after = states(clouds.granularity(to));
    before.forEach(
        (name, state) -> {
          var kernel = new SimulatedKernel(List.of("eth0"));
          settle(kernel, state);
          settle(kernel, Objects.requireNonNull(after.get(name)));
          assertEquals(List.of(), kernel.lost);
        });
  }

  /** Else what a peer sends first would be answered by the default route, in plain text. */
  @Test
  void onAFreshNodeRoutesAndRulesComeBeforeThePeers() {
    for (var gateway : List.of("aws-1", "gcp-1", "home-1")) {
      var state = state(Clouds.three(), gateway);
      var kernel = new SimulatedKernel(List.of("eth0"));
      var changes = StateDiff.diff(state, kernel.read(state.firewall(), NOW)).changes();
      var kinds = changes.stream().map(c -> c.getClass().getSimpleName()).toList();
      int firstPeer = kinds.indexOf("SetPeer");
      assertTrue(firstPeer >= 0, gateway);
      assertTrue(kinds.lastIndexOf("SetRoute") < firstPeer, kinds::toString);
      assertTrue(kinds.lastIndexOf("AddRule") < firstPeer, kinds::toString);
    }
  }

  /** Encapsulation that comes, goes, and changes its protocol or numbers. */
  @Test
  void encapsulationIsReplacedInOnePassAndLeavesNothing() {
    var clouds = Clouds.subnets();
    var plain = states(clouds.encapsulation(EncapsulationMode.NEVER, EncapsulationProtocol.AUTO));
    var vxlan = states(clouds.encapsulation(EncapsulationMode.ALWAYS, EncapsulationProtocol.VXLAN));
    var ipip = states(clouds.encapsulation(EncapsulationMode.ALWAYS, EncapsulationProtocol.IPIP));
    var other = states(clouds.vni(99));
    for (var name : plain.keySet()) {
      var kernel = new SimulatedKernel(List.of("eth0"));
      for (var all : List.of(plain, vxlan, ipip, other, vxlan, plain)) {
        settle(kernel, Objects.requireNonNull(all.get(name)));
      }
      var left = kernel.read(Objects.requireNonNull(plain.get(name)).firewall(), NOW);
      assertEquals(SeenEncapsulation.NONE, left.encapsulation());
      assertTrue(left.links().stream().noneMatch(l -> l.name().startsWith("weftvx")));
    }
  }

  /**
   * A link that is made anew with another number takes its routes with it: they come back at once.
   */
  @Test
  void aReplacedLinkGetsItsRoutesAndEntriesBackInTheSamePass() {
    var clouds =
        Clouds.subnets().encapsulation(EncapsulationMode.CROSS_SUBNET, EncapsulationProtocol.VXLAN);
    var kernel = new SimulatedKernel(List.of("eth0"));
    settle(kernel, state(clouds, "aws-2"));
    settle(kernel, state(clouds.vni(99), "aws-2"));
    var state = state(clouds, "aws-2");
    assertEquals(
        state.encapsulation().forwardings(),
        kernel.read(state.firewall(), NOW).encapsulation().forwardings());
    assertEquals(state.routes().size(), kernel.read(state.firewall(), NOW).routes().size());
  }

  private static Map<String, DesiredState> states(Clouds clouds) {
    return clouds.states(clouds.view());
  }

  private static void settle(SimulatedKernel kernel, DesiredState desired) {
    kernel.apply(StateDiff.diff(desired, kernel.read(desired.firewall(), NOW)));
    assertEquals(
        new ChangeSet(List.of()), StateDiff.diff(desired, kernel.read(desired.firewall(), NOW)));
  }

  @Test
  void aPeerThatComesTouchesNoOtherPeer() {
    var clouds = Clouds.three();
    var kernel = new SimulatedKernel(List.of("eth0"));
    settle(kernel, state(clouds, "aws-1"));
    clouds.peer("new", "10.7.0.0/24");
    var wanted = state(clouds, "aws-1");
    var changes = StateDiff.diff(wanted, kernel.read(wanted.firewall(), NOW)).changes();
    var peers =
        changes.stream()
            .filter(c -> c instanceof Change.SetPeer)
            .map(c -> (Change.SetPeer) c)
            .toList();
    assertEquals(
        List.of(Clouds.key("new")), peers.stream().map(Change.SetPeer::publicKey).toList());
    assertTrue(
        changes.stream().noneMatch(c -> c instanceof Change.ReplaceFirewall), changes.toString());
    assertEquals(3, changes.size(), changes.toString()); // peer, route, element of a set
  }

  @Test
  void aMovedPrefixIsOnlyAddedAtItsNewOwner() {
    var kernel = new SimulatedKernel(List.of());
    var state = state(Clouds.three(), "aws-1");
    settle(kernel, only(state, peer("a", "10.9.0.0/24"), peer("b", "10.8.0.0/24")));
    var moved = only(state, peer("a", "10.7.0.0/24"), peer("b", "10.8.0.0/24", "10.9.0.0/24"));
    var changes = StateDiff.diff(moved, kernel.read(moved.firewall(), NOW)).changes();
    assertTrue(
        changes.stream().noneMatch(c -> c instanceof Change.RemoveAllowedIPs), changes.toString());
    settle(kernel, moved);
  }

  @Test
  void aPrefixThatIsNobodysIsTakenAwayAlone() {
    var kernel = new SimulatedKernel(List.of());
    var state = state(Clouds.three(), "aws-1");
    settle(kernel, only(state, peer("a", "10.9.0.0/24", "10.7.0.0/24")));
    var less = only(state, peer("a", "10.9.0.0/24"));
    assertEquals(
        List.of(
            new Change.RemoveAllowedIPs(
                "weft0", Clouds.key("a"), List.of(Prefix.parse("10.7.0.0/24")))),
        StateDiff.diff(less, kernel.read(less.firewall(), NOW)).changes());
  }

  @ParameterizedTest
  @CsvSource({
    // seen endpoint, seconds since the handshake, whether it is written
    "198.51.100.77:4000, 60, false",
    "198.51.100.77:4000, 200, true",
    "198.51.100.11:51820, 200, false",
    "'', 0, true"
  })
  void anEndpointIsWrittenOnlyWhenThereIsNoneOrItLeadsNowhere(
      String seen, long age, boolean written) {
    var state = only(state(Clouds.three(), "aws-1"), peer("gcp-1", "10.42.3.0/24"));
    var kernel = new SimulatedKernel(List.of("eth0"));
    settle(kernel, state);
    var read = kernel.read(state.firewall(), NOW);
    var device = read.devices().getFirst();
    var old = device.peers().getFirst();
    var roamed =
        new SeenPeer(
            old.publicKey(),
            seen.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(seen)),
            old.allowedIPs(),
            old.persistentKeepaliveSeconds(),
            old.presharedKey(),
            NOW - age,
            1,
            1);
    var changed =
        new dev.weft.mesh.kernel.KernelSnapshot(
            NOW,
            read.links(),
            List.of(
                new dev.weft.mesh.kernel.SeenDevice(
                    device.name(),
                    device.publicKey(),
                    device.listenPort(),
                    device.firewallMark(),
                    false,
                    List.of(roamed))),
            read.nextHops(),
            read.routes(),
            read.rules(),
            read.encapsulation(),
            read.firewall());
    assertEquals(written, !StateDiff.diff(state, changed).isEmpty());
  }

  @Test
  void whatOthersOwnIsLeftAlone() {
    var state = state(Clouds.three(), "aws-1");
    var kernel = new SimulatedKernel(List.of("eth0"));
    settle(kernel, state);
    var read = kernel.read(state.firewall(), NOW);
    var routes = new java.util.ArrayList<>(read.routes());
    routes.add(
        new dev.weft.mesh.kernel.SeenRoute(
            7050, Prefix.parse("10.99.0.0/16"), 4, 1, 0, Optional.empty(), 2, Optional.empty(), 0));
    var rules = new java.util.ArrayList<>(read.rules());
    rules.add(
        new dev.weft.mesh.kernel.SeenRule(
            dev.weft.mesh.net.Family.IPV4,
            7050,
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            "",
            0,
            0,
            0,
            99,
            Optional.empty()));
    var seen =
        new dev.weft.mesh.kernel.KernelSnapshot(
            NOW,
            read.links(),
            read.devices(),
            read.nextHops(),
            routes,
            rules,
            read.encapsulation(),
            read.firewall());
    assertEquals(List.of(), StateDiff.diff(state, seen).changes());
    assertFalse(rules.isEmpty());
  }

  private static DesiredState state(Clouds clouds, String node) {
    return Objects.requireNonNull(states(clouds).get(node));
  }

  private static DesiredPeer peer(String name, String... allowed) {
    return new DesiredPeer(
        Clouds.key(name),
        List.of(Endpoint.parse("198.51.100.11:51820")),
        List.of(allowed).stream().map(Prefix::parse).toList(),
        0,
        PresharedKey.NONE);
  }

  private static DesiredState only(DesiredState s, DesiredPeer... peers) {
    var d = s.device(DeviceId.DEFAULT).orElseThrow();
    var device = d.withPeers(List.of(peers));
    return new DesiredState(
        s.routeProtocol(),
        s.nextHopBase(),
        s.tables(),
        s.rulePriority(),
        List.of(device),
        s.addresses(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        DesiredEncapsulation.NONE,
        s.firewall(),
        List.of());
  }
}
