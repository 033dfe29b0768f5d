package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.view.MeshNode;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which nodes an agent remembers as gateways. */
class PastGatewaysTest {
  private static MeshNode node(String name, NodeRole role) {
    return new MeshNode(
        name,
        "aws",
        role,
        false,
        0,
        false,
        false,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        List.of(),
        Set.of(EncapsulationProtocol.VXLAN));
  }

  @Test
  void aGatewayIsRememberedWhenItsRoleIsGoneAndForgottenWithItsNode() {
    var past = new PastGateways();
    var a = node("a", NodeRole.GATEWAY);
    var b = node("b", NodeRole.MEMBER);
    assertEquals(Set.of("a"), past.after(List.of(a, b)));
    var demoted = node("a", NodeRole.MEMBER);
    var promoted = node("b", NodeRole.GATEWAY);
    assertEquals(Set.of("a", "b"), past.after(List.of(demoted, promoted)));
    assertEquals(Set.of("b"), past.after(List.of(promoted)));
    assertEquals(Set.of("b"), past.after(List.of(demoted, promoted)));
  }
}
