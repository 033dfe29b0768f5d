package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.HostileObjects;
import dev.weft.mesh.fixture.SchemaLimits;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Problems;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.snapshot.PeerInput;
import dev.weft.mesh.view.MeshViewReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Random and hostile Nodes, NodeReports, Peers, meshes and what Secrets made of Peers: the planner
 * and the agents' reader never throw, end in bounded time, and what is published is accepted by the
 * schema and by the reader.
 */
class HostileInputTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  @Property(tries = 150)
  void aPlanOfHostileObjectsIsSound(@ForAll long seed) {
    var hostile = new HostileObjects(seed);
    Map<String, List<WireGuardNodeSpec>> published = new HashMap<>();
    Map<String, List<EffectivePeer>> effective = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      var nodes = new ArrayList<NodeInput>();
      for (int i = 0; i < 8; i++) {
        var name = i == 0 ? "n".repeat(253) : "node-" + i;
        nodes.add(hostile.node(i, published.getOrDefault(name, List.of())));
      }
      var peers = new ArrayList<PeerInput>();
      for (int i = 0; i < 6; i++) {
        var name = i == 0 ? "p".repeat(253) : "peer-" + i;
        peers.add(hostile.peer(i, effective.getOrDefault(name, List.of())));
      }
      var snapshot =
          new ClusterSnapshot(
              List.of(hostile.mesh("mesh")), nodes, peers, Set.of(), 1_800_000_000L);
      var plan = assertTimeoutPreemptively(BOUND, () -> MeshPlanner.plan(snapshot));
      assertSound(plan, nodes, peers);
      plan.nodes().forEach(d -> published.put(d.name(), d.spec()));
      plan.peers().forEach(d -> effective.put(d.name(), d.effective()));
    }
  }

  private static void assertSound(MeshPlan plan, List<NodeInput> nodes, List<PeerInput> peers) {
    assertEquals(nodes.size(), plan.nodes().size());
    assertEquals(peers.size(), plan.peers().size());
    var bad = plan.problems().stream().filter(p -> p.reason().equals(Isolation.REASON)).toList();
    for (var problem : bad) {
      // An address without a type is the one value that no schema lets pass.
      assertTrue(problem.message().contains("NullPointerException"), problem::toString);
    }
    for (var decision : plan.nodes()) {
      for (var spec : decision.spec()) {
        assertEquals(List.of(), SchemaLimits.violations(spec), decision.name());
      }
    }
    plan.problems().stream()
        .collect(Collectors.groupingBy(p -> p.kind() + "/" + p.name()))
        .forEach((object, own) -> assertBounded(object, own));
    Map<String, WireGuardNodeSpec> specs = new HashMap<>();
    plan.nodes().forEach(n -> n.spec().forEach(s -> specs.put(n.name(), s)));
    Map<String, EffectivePeer> inForce = new HashMap<>();
    plan.peers().forEach(p -> p.effective().forEach(e -> inForce.put(p.name(), e)));
    for (var mesh : plan.meshes()) {
      for (var spec : mesh.effective()) {
        assertEquals(List.of(), MeshViewReader.read(mesh.name(), spec, specs, inForce).problems());
      }
    }
    assertNothingTwice(plan);
  }

  private static void assertBounded(String object, List<Problem> own) {
    assertTrue(own.size() <= Problems.MOST + 1, () -> object + " has " + own.size());
    assertTrue(own.stream().allMatch(p -> p.message().length() <= 1_000));
    assertTrue(own.stream().allMatch(p -> p.toString().chars().noneMatch(Character::isISOControl)));
  }

  /**
   * No key, mesh address, pod range, location CIDR or endpoint is two nodes', and no Peer has a
   * node's.
   */
  private static void assertNothingTwice(MeshPlan plan) {
    var all = new ArrayList<String>();
    for (var decision : plan.nodes()) {
      for (var spec : decision.spec()) {
        all.addAll(spec.addresses().stream().map(a -> a + "/32").toList());
        all.addAll(spec.podCIDRs());
        all.addAll(spec.locationCIDRs());
        all.addAll(spec.meshedIPs().stream().map(a -> a + "/32").toList());
        spec.devices().forEach(d -> all.add(d.publicKey()));
        spec.devices().forEach(d -> all.addAll(d.endpoints()));
      }
    }
    for (var peer : plan.peers()) {
      peer.effective().forEach(e -> all.add(e.publicKey()));
      peer.effective().forEach(e -> all.addAll(e.allowedIPs()));
    }
    assertEquals(all.stream().distinct().toList(), all);
  }

  @Property(tries = 300)
  void anAgentReadsAnyObjectsAndLeavesOutWhatItCanNot(@ForAll long seed) {
    var hostile = new HostileObjects(seed);
    Map<String, WireGuardNodeSpec> nodes = new HashMap<>();
    Map<String, EffectivePeer> peers = new HashMap<>();
    for (int i = 0; i < 6; i++) {
      nodes.put("node-" + i, hostile.published("mesh"));
      peers.put("peer-" + i, hostile.effective("mesh"));
    }
    var spec = Clouds.spec(Granularity.LOCATION, List.of("10.4.0.0/16"));
    var reading =
        assertTimeoutPreemptively(BOUND, () -> MeshViewReader.read("mesh", spec, nodes, peers));
    int own =
        (int) nodes.values().stream().filter(n -> "mesh".equals(n.mesh())).count()
            + (int) peers.values().stream().filter(p -> "mesh".equals(p.mesh())).count();
    assertEquals(
        own,
        reading.view().nodes().size() + reading.view().peers().size() + reading.problems().size());
  }
}
