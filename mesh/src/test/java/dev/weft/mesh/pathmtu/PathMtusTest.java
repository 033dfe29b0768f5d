package dev.weft.mesh.pathmtu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.NodeFacts;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PathMtusTest {
  private final Clouds clouds = Clouds.three();
  private final DesiredState state =
      Objects.requireNonNull(clouds.states(clouds.view()).get("aws-1"));

  private static PeerId peer(String node) {
    return new PeerId("weft0", Clouds.key(node));
  }

  @Test
  void aNarrowPathOfAnotherDeviceIsNoneOfThisOne() {
    var other = new PeerId("weft1", Clouds.key("gcp-1"));
    assertSame(state, PathMtus.apply(state, Map.of(other, 1300), Map.of(), Set.of()));
  }

  @Test
  void routesIntoANarrowTunnelHaveItsMtuAndOthersTheDevices() {
    var narrowed = PathMtus.apply(state, Map.of(peer("gcp-1"), 1300), Map.of(), Set.of());
    var withMtu =
        narrowed.routes().stream()
            .filter(r -> r.mtu() == 1300)
            .map(r -> r.destination().toString())
            .collect(Collectors.toSet());
    assertTrue(withMtu.containsAll(List.of("10.42.3.0/24", "10.42.4.0/24")), withMtu::toString);
    assertTrue(
        narrowed.routes().stream()
            .filter(r -> r.destination().equals(Prefix.parse("10.42.5.0/24")))
            .allMatch(r -> r.mtu() == 0));
    assertEquals(state.routes().size(), narrowed.routes().size());
  }

  /** Linux would share the MTU among all routes of a next-hop group otherwise. */
  @Test
  void routesOfDifferentMtuHaveDifferentGroups() {
    var narrowed =
        PathMtus.apply(
            state, Map.of(peer("gcp-1"), 1300, peer("home-1"), 1200), Map.of(), Set.of());
    var mtuByGroup = new HashMap<Long, Set<Integer>>();
    for (var route : narrowed.routes()) {
      if (route.target() instanceof RouteTarget.Group(long id)) {
        mtuByGroup.computeIfAbsent(id, g -> new HashSet<>()).add(route.mtu());
      }
    }
    assertTrue(mtuByGroup.values().stream().allMatch(m -> m.size() == 1), mtuByGroup::toString);
    var groups =
        narrowed.nextHopGroups().stream().map(DesiredNextHopGroup::id).collect(Collectors.toSet());
    assertTrue(groups.containsAll(mtuByGroup.keySet()), groups::toString);
    assertEquals(groups.size(), narrowed.nextHopGroups().size());
    // Nor do two MTUs have a next hop in common, for Linux keeps one route with its metrics there.
    var mtusByHop = new HashMap<Long, Set<Integer>>();
    for (var group : narrowed.nextHopGroups()) {
      for (long hop : group.members()) {
        mtusByHop
            .computeIfAbsent(hop, h -> new HashSet<>())
            .addAll(mtuByGroup.getOrDefault(group.id(), Set.of()));
      }
    }
    assertTrue(mtusByHop.values().stream().allMatch(m -> m.size() <= 1), mtusByHop::toString);
    assertEquals(
        mtusByHop.keySet(),
        narrowed.nextHops().stream().map(DesiredNextHop::id).collect(Collectors.toSet()));
  }

  @Test
  void whatIsProbedKeepsTheDevicesMtu() {
    var gcp =
        clouds.view().nodes().stream()
            .filter(n -> n.name().equals("gcp-1"))
            .findFirst()
            .orElseThrow();
    var address = gcp.addresses().getFirst();
    var narrowed = PathMtus.apply(state, Map.of(peer("gcp-1"), 1300), Map.of(), Set.of(address));
    assertTrue(
        narrowed.routes().stream()
            .filter(r -> r.destination().equals(Prefix.host(address)))
            .allMatch(r -> r.mtu() == 0));
  }

  @Test
  void whereNothingIsNarrowNothingChanges() {
    assertSame(state, PathMtus.apply(state, Map.of(peer("gcp-1"), 9000), Map.of(), Set.of()));
  }

  /** Packets to an exit travel inside others, to a mesh address that is probed in full size. */
  @Test
  void routesToAnExitHaveWhatIsLeftBesideTheHeadersAroundTheirPackets() {
    var exit = egress("home-1", "10.42.5.10");
    var gcp = address("gcp-1");
    var narrowed = PathMtus.apply(exit, Map.of(peer("gcp-1"), 1300), Map.of(), Set.of(gcp));
    assertEquals(Set.of(1250), egressMtus(narrowed));
    assertTrue(
        narrowed.routes().stream()
            .filter(r -> r.destination().equals(Prefix.host(gcp)))
            .allMatch(r -> r.mtu() == 0));
  }

  /** A member's own links are wide: it is told by probes that go all the way. */
  @Test
  void aMembersRoutesToAnExitFollowWhatArrivesThere() {
    var member = egress("aws-2", "10.42.2.10");
    var gcp = address("gcp-1");
    assertEquals(
        Set.of(1150), egressMtus(PathMtus.apply(member, Map.of(), Map.of(gcp, 1200), Set.of(gcp))));
    assertSame(member, PathMtus.apply(member, Map.of(), Map.of(gcp, 1420), Set.of(gcp)));
  }

  /** The gateway of a pod's node is behind the tunnel, and so is the pod's node. */
  @Test
  void theExitsRoutesBackToPodsFollowTheTunnelsThatCarryThem() {
    var exit = Objects.requireNonNull(billing().states(billing().view()).get("gcp-1"));
    var narrowed = PathMtus.apply(exit, Map.of(peer("aws-1"), 1300), Map.of(), Set.of());
    var back =
        narrowed.routes().stream()
            .filter(r -> r.table() == 7051)
            .collect(Collectors.toMap(r -> r.destination().toString(), r -> r.mtu()));
    assertEquals(
        Map.of("10.42.1.0/24", 1250, "10.42.2.0/24", 1250, "10.42.4.0/24", 0, "10.42.5.0/24", 0),
        back);
  }

  private static Clouds billing() {
    return Clouds.three()
        .egress(new EgressRule("billing", "gcp", null, new LabelSelector(), EgressFallback.DROP));
  }

  private static DesiredState egress(String node, String pod) {
    var clouds = billing();
    var facts = clouds.facts(node);
    var chosen =
        new LocalEgress(
            List.of(new EgressPod("team/pod", "billing", List.of(IpAddress.parse(pod)))),
            Set.of(),
            List.of());
    return DataplanePlanner.plan(
        clouds.view(),
        new NodeFacts(
            facts.nodeName(), facts.links(), facts.resolvedNames(), facts.apiServers(), chosen),
        Clouds.secrets(node));
  }

  private static Set<Integer> egressMtus(DesiredState state) {
    return state.routes().stream()
        .filter(r -> r.target() instanceof RouteTarget.Via)
        .filter(r -> r.table() >= 7066)
        .map(r -> r.mtu())
        .collect(Collectors.toSet());
  }

  private IpAddress address(String node) {
    return clouds.view().node(node).orElseThrow().addresses().getFirst();
  }
}
