package dev.weft.mesh.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.mesh.dataplane.LaneGroup;
import dev.weft.mesh.dataplane.LaneGroups;
import dev.weft.mesh.dataplane.LaneHealth;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredNextHopGroup;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.fixture.TwoGateways;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two gateways in each of two locations, one in a third, members, and lanes that die. */
class LaneWalkTest {
  /** A lane between two gateways, named in order. */
  private record Lane(String one, String other) {
    static Lane of(String a, String b) {
      return a.compareTo(b) < 0 ? new Lane(a, b) : new Lane(b, a);
    }
  }

  static Stream<Arguments> meshes() {
    var plain = Clouds.three();
    members(plain);
    var encapsulated =
        Clouds.subnets().encapsulation(EncapsulationMode.ALWAYS, EncapsulationProtocol.VXLAN);
    encapsulated.node("lab-1", "lab", "10.9.0.11/24", "192.0.2.99", "10.42.9.0/24", Map.of());
    var crossing =
        Clouds.subnets().encapsulation(EncapsulationMode.CROSS_SUBNET, EncapsulationProtocol.IPIP);
    return Stream.of(
        Arguments.of("plain", plain),
        Arguments.of("dual stack", dualStack()),
        Arguments.of("VXLAN", encapsulated),
        Arguments.of("IPIP between subnets", crossing));
  }

  private static void members(Clouds clouds) {
    clouds
        .node("aws-3", "aws", "10.1.0.13/24", "", "10.42.6.0/24", Map.of())
        .node("gcp-3", "gcp", "10.2.0.13/24", "", "10.42.7.0/24", Map.of());
  }

  private static Clouds dualStack() {
    var clouds = Clouds.three().addresses("10.4.0.0/16", "fd04::/64");
    int pods = 1;
    for (var name : List.of("aws-1", "aws-2", "gcp-1", "gcp-2")) {
      var location = name.substring(0, 3);
      int net = location.equals("aws") ? 1 : 2;
      clouds.node(
          name,
          location,
          List.of(
              "10.%d.0.1%c/24".formatted(net, name.charAt(4)),
              "fd0%d::1%c/64".formatted(net, name.charAt(4))),
          "192.0.2." + (10 + pods),
          List.of("10.42.%d.0/24".formatted(pods), "fd42:0:0:%d::/64".formatted(pods)),
          Map.of());
      pods++;
    }
    // A gateway without an internal address of a family sends from its mesh address, which is
    // answered by one lane alone.
    return clouds.node(
        "home-1",
        "home",
        List.of("192.168.77.11/24", "fd03::11/64"),
        "",
        List.of("10.42.5.0/24"),
        Map.of());
  }

  /** As the operator publishes it. */
  static MeshView view(Clouds clouds) {
    clouds.gatewaysPerLocation(2);
    clouds
        .snapshot()
        .nodes()
        .forEach(n -> clouds.change(n.name(), i -> NodeEdits.reportingLanes(i, 2)));
    var view = clouds.view();
    assertEquals(1, view.node("aws-2").orElseThrow().ordinal());
    assertEquals(1, view.node("gcp-2").orElseThrow().ordinal());
    return view;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("meshes")
  void everythingIsReachedWhicheverLaneIsTaken(String name, Clouds clouds) {
    var view = view(clouds);
    var states = TwoGateways.states(clouds, view);
    assertTrue(new Topology(view).lanes().isActive());
    for (int choice = 0; choice < 4; choice++) {
      assertEquals(
          List.of(), Reachability.broken(clouds, view, choosing(states, choice)), name + choice);
    }
  }

  /** Every subset of dead lanes between two locations that leaves one alive. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("meshes")
  void whileOneLaneIsAliveEveryPodAndNodeIsReached(String name, Clouds clouds) {
    var view = view(clouds);
    var lanes = List.copyOf(new TreeSet<>(lanes("aws", "gcp", view)));
    assertEquals(4, lanes.size());
    for (int subset = 1; subset < 15; subset++) {
      Set<Lane> dead = new HashSet<>();
      for (int i = 0; i < lanes.size(); i++) {
        if ((subset & 1 << i) != 0) {
          var pair = lanes.get(i).split(" ", -1);
          dead.add(Lane.of(pair[0], pair[1]));
        }
      }
      survives(name + " without " + dead, clouds, view, dead, Set.of());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("meshes")
  void whenAnyGatewayDiesTheOtherCarriesEverything(String name, Clouds clouds) {
    var view = view(clouds);
    for (var gone : List.of(Set.of("aws-1"), Set.of("aws-2"), Set.of("aws-1", "gcp-2"))) {
      survives(name + " without " + gone, clouds, view, Set.of(), gone);
    }
  }

  /** A gateway that is cut off from outside, but not from its own location. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("meshes")
  void aGatewayWithoutItsUplinkIsReachedThroughTheOther(String name, Clouds clouds) {
    var view = view(clouds);
    Set<Lane> dead = new HashSet<>();
    view.nodes().stream()
        .filter(n -> !n.location().equals("aws") && Topology.isSpeaker(n))
        .forEach(n -> dead.add(Lane.of("aws-1", n.name())));
    survives(name + " with aws-1 cut off", clouds, view, dead, Set.of());
  }

  @Test
  void noAllowedIpOfALaneIsSuperfluous() {
    var clouds = Clouds.three();
    members(clouds);
    var view = view(clouds);
    var states = TwoGateways.states(clouds, view);
    int taken = 0;
    for (var name : List.of("aws-1", "gcp-2")) {
      var state = Objects.requireNonNull(states.get(name));
      for (var device : state.devices()) {
        for (var peer : device.peers()) {
          for (var prefix : peer.allowedIPs()) {
            if (isMeshAddressOfAGateway(view, prefix)) {
              continue; // used by the other lane, and by this one once that is dead
            }
            var broken = new TreeMap<>(states);
            broken.put(name, without(state, device, peer, prefix));
            assertTrue(isMissed(clouds, view, broken), name + " " + device.name() + " " + prefix);
            taken++;
          }
        }
      }
    }
    assertTrue(taken > 30, "allowed IPs taken out: " + taken);
  }

  private static boolean isMeshAddressOfAGateway(MeshView view, Prefix prefix) {
    return prefix.isHost()
        && view.nodes().stream()
            .anyMatch(n -> Topology.isSpeaker(n) && n.addresses().contains(prefix.address()));
  }

  @Test
  void oneGatewayPerLocationIsPlannedAsWithoutLanes() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var topology = new Topology(view);
    assertFalse(topology.lanes().isActive());
    clouds
        .states(view)
        .forEach(
            (name, state) -> {
              assertEquals(1, state.devices().size(), name);
              assertEquals(
                  List.of(), LaneGroups.of(topology, view.node(name).orElseThrow(), state), name);
            });
  }

  /** A third device that no lane needs isn't made. */
  @Test
  void aGatewayHasADevicePerOrdinalElsewhere() {
    var clouds = Clouds.three();
    var view = TwoGateways.of(clouds.view(), Map.of("aws-2", 1), 3);
    var states = TwoGateways.states(clouds, view);
    assertEquals(List.of("weft0"), names(states, "aws-1"));
    assertEquals(List.of("weft0"), names(states, "aws-2"));
    assertEquals(List.of("weft0", "weft01"), names(states, "gcp-1"));
    assertEquals(List.of("weft0", "weft01"), names(states, "home-1"));
    assertEquals(List.of("weft0"), names(states, "gcp-2"), "a member");
    assertEquals(
        List.of(51820, 51821),
        Objects.requireNonNull(states.get("gcp-1")).firewall().listenPorts());
  }

  private static List<String> names(Map<String, DesiredState> states, String node) {
    return Objects.requireNonNull(states.get(node)).devices().stream()
        .map(DesiredDevice::name)
        .toList();
  }

  private static boolean isMissed(Clouds clouds, MeshView view, Map<String, DesiredState> states) {
    for (int choice = 0; choice < 4; choice++) {
      if (!Reachability.broken(clouds, view, choosing(states, choice)).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static void survives(
      String what, Clouds clouds, MeshView view, Set<Lane> dead, Set<String> gone) {
    var states = after(clouds, view, dead, gone);
    // What leads to a gateway's mesh address is its own lane alone; Peers have one gateway.
    var promised =
        new MeshView(
            view.mesh(),
            view.nodes().stream()
                .filter(n -> !gone.contains(n.name()))
                .map(n -> Topology.isSpeaker(n) ? TwoGateways.withoutMeshAddress(n) : n)
                .toList(),
            List.of());
    for (int choice = 0; choice < 4; choice++) {
      assertEquals(
          List.of(), Reachability.broken(clouds, promised, choosing(states, choice)), what);
    }
  }

  /** The states once pulses have found what is dead, which has no peers any more. */
  private static Map<String, DesiredState> after(
      Clouds clouds, MeshView view, Set<Lane> dead, Set<String> gone) {
    var topology = new Topology(view);
    var planned = TwoGateways.states(clouds, view);
    Map<String, List<LaneGroup>> groups = new HashMap<>();
    Map<String, Set<String>> reach = new HashMap<>();
    for (var node : view.nodes()) {
      var own = LaneGroups.of(topology, node, Objects.requireNonNull(planned.get(node.name())));
      groups.put(node.name(), own);
      var health = new LaneHealth(answering(view, node, dead, gone), Map.of());
      reach.put(node.name(), health.reached(own));
    }
    var states = new TreeMap<String, DesiredState>();
    for (var node : view.nodes()) {
      if (!gone.contains(node.name())) {
        var health = new LaneHealth(answering(view, node, dead, gone), reach);
        var state = Objects.requireNonNull(planned.get(node.name()));
        var chosen =
            LaneGroups.apply(state, Objects.requireNonNull(groups.get(node.name())), health);
        states.put(node.name(), severed(chosen, node, view, dead));
      }
    }
    return states;
  }

  private static Set<String> answering(
      MeshView view, MeshNode node, Set<Lane> dead, Set<String> gone) {
    return view.nodes().stream()
        .filter(n -> Topology.isSpeaker(n) && !gone.contains(n.name()))
        .map(MeshNode::name)
        .filter(n -> !dead.contains(Lane.of(node.name(), n)))
        .collect(Collectors.toSet());
  }

  private static DesiredState severed(
      DesiredState state, MeshNode node, MeshView view, Set<Lane> dead) {
    var cut =
        view.nodes().stream()
            .filter(n -> dead.contains(Lane.of(node.name(), n.name())))
            .flatMap(n -> n.devices().stream())
            .map(d -> d.publicKey())
            .collect(Collectors.toSet());
    return state.withDevices(
        state.devices().stream()
            .map(
                d ->
                    d.withPeers(
                        d.peers().stream().filter(p -> !cut.contains(p.publicKey())).toList()))
            .toList());
  }

  private static Set<String> lanes(String one, String other, MeshView view) {
    var gateways = new Topology(view).lanes();
    return gateways.gateways(one).values().stream()
        .flatMap(
            a -> gateways.gateways(other).values().stream().map(b -> a.name() + " " + b.name()))
        .collect(Collectors.toSet());
  }

  /** Each node's groups begin with another member: that is the one that a walk takes. */
  static Map<String, DesiredState> choosing(Map<String, DesiredState> states, int choice) {
    var chosen = new TreeMap<String, DesiredState>();
    states.forEach(
        (name, state) -> {
          int turn = name.startsWith("aws") ? choice & 1 : choice >> 1;
          chosen.put(
              name,
              state.withRoutes(
                  state.nextHops(),
                  state.nextHopGroups().stream().map(g -> turned(g, turn)).toList(),
                  state.routes()));
        });
    return chosen;
  }

  private static DesiredNextHopGroup turned(DesiredNextHopGroup group, int by) {
    var members = new ArrayList<>(group.members());
    Collections.rotate(members, by);
    return new DesiredNextHopGroup(group.id(), group.family(), members);
  }

  private static DesiredState without(
      DesiredState state, DesiredDevice device, DesiredPeer peer, Prefix prefix) {
    var rest = peer.allowedIPs().stream().filter(p -> !p.equals(prefix)).toList();
    var less =
        new DesiredPeer(
            peer.publicKey(),
            peer.endpoints(),
            peer.lastResort(),
            rest,
            peer.persistentKeepaliveSeconds(),
            peer.presharedKey());
    return state.withDevices(
        state.devices().stream()
            .map(
                d ->
                    d.equals(device)
                        ? d.withPeers(
                            d.peers().stream().map(p -> p.equals(peer) ? less : p).toList())
                        : d)
            .toList());
  }
}
