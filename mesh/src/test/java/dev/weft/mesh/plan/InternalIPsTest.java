package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.snapshot.NodeAddress;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bare metal at hosters: the InternalIP is a public one. */
class InternalIPsTest {
  private static NodeInput at(NodeInput n, String... internal) {
    return NodeEdits.addresses(
        n, Stream.of(internal).map(a -> new NodeAddress("InternalIP", a)).toList());
  }

  private static String location(MeshPlan plan) {
    return plan.nodes().stream()
        .filter(d -> d.name().equals("aws-2"))
        .flatMap(d -> d.spec().stream())
        .findFirst()
        .orElseThrow()
        .location();
  }

  @Test
  void oneOutsideOfNodeCidrsIsSaidWithTheLabelThatHasNoEffect() {
    var clouds = Clouds.three();
    clouds.change("aws-2", n -> at(n, "198.51.100.12"));
    var plan = clouds.plan();
    assertEquals("node:aws-2", location(plan));
    var problem =
        plan.problems().stream()
            .filter(p -> p.reason().equals("InternalIPOutsideNodeCIDRs"))
            .findFirst()
            .orElseThrow();
    assertEquals("Node/aws-2", problem.kind() + "/" + problem.name());
    for (var word : List.of("198.51.100.12", "=aws", "spec.nodeCIDRs")) {
      assertTrue(problem.message().contains(word), problem.message());
    }
  }

  @Test
  void besideOneThatIsAllowedItIsNoProblem() {
    var clouds = Clouds.three();
    clouds.change("aws-2", n -> at(n, "198.51.100.12", "10.1.0.12"));
    var plan = clouds.plan();
    assertEquals("aws", location(plan));
    assertTrue(
        plan.problems().stream().noneMatch(p -> p.reason().equals("InternalIPOutsideNodeCIDRs")));
  }

  /**
   * A label makes no trusted network of public addresses: what members of a location send each
   * other is in plain text (ADR 97).
   */
  @Test
  void nodesWithPublicAddressesAloneReachEachOtherEncryptedUntilTheMeshSaysOtherwise() {
    var clouds = Clouds.three();
    clouds.change("aws-1", n -> at(n, "192.0.2.11"));
    clouds.change("aws-2", n -> at(n, "192.0.2.12"));
    var view = clouds.view();
    var topology = new Topology(view);
    var hop = topology.hop(view.node("aws-1").orElseThrow(), view.node("aws-2").orElseThrow());
    assertInstanceOf(Hop.Tunnel.class, hop);
    var problem =
        clouds.plan().problems().stream()
            .filter(p -> p.reason().equals("InternalIPOutsideNodeCIDRs"))
            .findFirst()
            .orElseThrow();
    assertTrue(problem.message().contains("plain text"), problem.message());
  }
}
