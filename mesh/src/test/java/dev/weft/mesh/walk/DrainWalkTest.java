package dev.weft.mesh.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.dataplane.LaneGroup;
import dev.weft.mesh.dataplane.LaneGroups;
import dev.weft.mesh.dataplane.LaneHealth;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.fixture.Agents;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.fixture.TwoGateways;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each step of a drain, while some nodes have applied it and others have not: every pod and node is
 * reached, whichever node is ahead. {@link LaneWalkTest#meshes()}; aws-1 is drained.
 */
class DrainWalkTest {
  /** A view, and the state of each node that has applied it. */
  private record Step(MeshView view, Map<String, DesiredState> states) {}

  static Stream<Arguments> meshes() {
    return LaneWalkTest.meshes();
  }

  private static Step step(Clouds clouds, MeshView view) {
    return new Step(view, TwoGateways.states(clouds, view));
  }

  /** The operator's steps from a change to where nothing changes any more. */
  private static List<Step> steps(Clouds clouds, MeshView before) {
    var steps = new ArrayList<Step>();
    steps.add(step(clouds, before));
    for (int turn = 0; turn < 8; turn++) {
      var view = clouds.publish().view(Clouds.MESH).orElseThrow();
      Agents.apply(clouds, view);
      if (!view.equals(steps.getLast().view())) {
        steps.add(step(clouds, view));
      }
    }
    return steps;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("meshes")
  void noStepOfADrainLosesAPacketWhoeverIsAhead(String name, Clouds clouds) {
    var before = settled(clouds);
    clouds.change("aws-1", n -> NodeEdits.cordoned(n, true));
    var steps = steps(clouds, before);
    assertTrue(steps.size() > 2, "drains, then goes: " + steps.size());
    assertTrue(steps.get(1).view().node("aws-1").orElseThrow().draining());
    assertFalse(Topology.isSpeaker(last(steps).node("aws-1").orElseThrow()));
    holdsThroughout(name, clouds, steps);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("meshes")
  void noStepFromTwoGatewaysToOneLosesAPacket(String name, Clouds clouds) {
    var before = settled(clouds);
    clouds.gatewaysPerLocation(1);
    var steps = steps(clouds, before);
    assertFalse(new Topology(last(steps)).lanes().isActive());
    holdsThroughout(name, clouds, steps);
  }

  /** What the drain is for: the gateway may stop once it is none. */
  @Test
  void onceItIsLeftTheNodeMayStop() {
    var clouds = Clouds.three().gatewaysPerLocation(2);
    var before = settled(clouds);
    clouds.change("aws-1", n -> NodeEdits.cordoned(n, true));
    var steps = steps(clouds, before);
    var after = steps.getLast();
    var states = new TreeMap<>(after.states());
    states.remove("aws-1");
    var rest =
        new MeshView(
            after.view().mesh(),
            after.view().nodes().stream().filter(n -> !n.name().equals("aws-1")).toList(),
            List.of());
    assertEquals(List.of(), Reachability.broken(clouds, rest, states));
  }

  private static MeshView settled(Clouds clouds) {
    clouds.change("aws-2", n -> NodeEdits.address(n, "ExternalIP", "192.0.2.212"));
    LaneWalkTest.view(clouds);
    var view = clouds.publish().view(Clouds.MESH).orElseThrow();
    Agents.apply(clouds, view);
    return clouds.publish().view(Clouds.MESH).orElseThrow();
  }

  private static MeshView last(List<Step> steps) {
    return steps.getLast().view();
  }

  private static void holdsThroughout(String name, Clouds clouds, List<Step> steps) {
    for (int i = 1; i < steps.size(); i++) {
      var old = steps.get(i - 1);
      var now = steps.get(i);
      for (var ahead : subsets(now.view())) {
        for (boolean late : new boolean[] {false, true}) {
          holds(name + " step " + i + ", ahead: " + ahead + late, clouds, old, now, ahead, late);
        }
      }
    }
  }

  /** No node, all nodes, each node alone, all but each, and some at random. */
  private static Set<Set<String>> subsets(MeshView view) {
    var all =
        view.nodes().stream().map(MeshNode::name).collect(Collectors.toCollection(TreeSet::new));
    var subsets = new java.util.LinkedHashSet<Set<String>>();
    subsets.add(Set.of());
    subsets.add(all);
    for (var node : all) {
      subsets.add(Set.of(node));
      subsets.add(all.stream().filter(n -> !n.equals(node)).collect(Collectors.toSet()));
    }
    var random = new Random(7);
    for (int i = 0; i < 4; i++) {
      subsets.add(all.stream().filter(n -> random.nextBoolean()).collect(Collectors.toSet()));
    }
    return subsets;
  }

  /**
   * Walks all pairs.
   *
   * @param ahead names of the nodes that have applied the new step
   * @param late whether pulses have not yet noticed what went with it
   */
  private static void holds(
      String what, Clouds clouds, Step old, Step now, Set<String> ahead, boolean late) {
    Function<String, Step> stepOf = n -> ahead.contains(n) ? now : old;
    var states = new TreeMap<String, DesiredState>();
    for (var node : now.view().nodes()) {
      states.put(node.name(), state(stepOf.apply(node.name()), node.name()));
    }
    Map<String, List<LaneGroup>> groups = new HashMap<>();
    Map<String, Set<String>> answering = new HashMap<>();
    Map<String, Set<String>> reach = new HashMap<>();
    for (var node : now.view().nodes()) {
      var name = node.name();
      var view = stepOf.apply(name).view();
      var self = view.node(name).orElseThrow();
      var own = LaneGroups.of(new Topology(view), self, state(stepOf.apply(name), name));
      groups.put(name, own);
      var found = answering(view, self, late ? old.states() : states);
      answering.put(name, found);
      if (!own.isEmpty()) { // without groups an agent says nothing about locations
        reach.put(name, new LaneHealth(found, Map.of()).reached(own));
      }
    }
    states.replaceAll(
        (name, state) ->
            LaneGroups.apply(
                state,
                Objects.requireNonNull(groups.get(name)),
                new LaneHealth(Objects.requireNonNull(answering.get(name)), reach)));
    var promised =
        new MeshView(
            now.view().mesh(),
            now.view().nodes().stream().map(n -> promised(n, old, now)).toList(),
            List.of());
    for (int choice : new int[] {0, 3}) {
      var chosen = LaneWalkTest.choosing(states, choice);
      assertEquals(List.of(), Reachability.broken(clouds, promised, chosen), what);
    }
  }

  /** A gateway's mesh address is led by its own lane alone, so it is not promised in a change. */
  private static MeshNode promised(MeshNode node, Step old, Step now) {
    return Stream.of(old, now)
            .anyMatch(s -> Topology.isSpeaker(s.view().node(node.name()).orElseThrow()))
        ? TwoGateways.withoutMeshAddress(node)
        : node;
  }

  private static DesiredState state(Step step, String node) {
    return Objects.requireNonNull(step.states().get(node));
  }

  /** Gateways that a pulse gets to and back: both ends have each other as a WireGuard peer. */
  private static Set<String> answering(
      MeshView view, MeshNode self, Map<String, DesiredState> states) {
    return view.nodes().stream()
        .filter(n -> Topology.isSpeaker(n) && !n.name().equals(self.name()))
        .filter(
            n ->
                n.location().equals(self.location())
                    || (has(states, self.name(), n) && has(states, n.name(), self)))
        .map(MeshNode::name)
        .collect(Collectors.toSet());
  }

  private static boolean has(Map<String, DesiredState> states, String name, MeshNode other) {
    Set<PublicKey> keys =
        other.devices().stream().map(d -> d.publicKey()).collect(Collectors.toSet());
    return Objects.requireNonNull(states.get(name)).devices().stream()
        .flatMap(d -> d.peers().stream())
        .anyMatch(p -> keys.contains(p.publicKey()));
  }
}
