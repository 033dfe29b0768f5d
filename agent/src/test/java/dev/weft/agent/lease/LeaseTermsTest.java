package dev.weft.agent.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.view.MeshView;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeaseTermsTest {
  /** a and b share a location, a is its gateway; c is alone. */
  private static MeshView view() {
    var nodes = new TreeMap<>(Published.mesh("a", "b", "c").nodes());
    nodes.computeIfPresent("a", (k, n) -> moved(n, "x", NodeRole.GATEWAY));
    nodes.computeIfPresent("b", (k, n) -> moved(n, "x", NodeRole.MEMBER));
    var mesh = Published.mesh();
    return AcceptedView.read(new PublishedMesh(mesh.mesh(), mesh.effective(), nodes, mesh.peers()))
        .view();
  }

  private static WireGuardNodeSpec moved(WireGuardNodeSpec n, String location, NodeRole role) {
    return new WireGuardNodeSpec(
        n.mesh(),
        location,
        role,
        n.peerGateway(),
        n.addresses(),
        n.podCIDRs(),
        n.internalIPs(),
        n.meshedIPs(),
        n.locationCIDRs(),
        n.persistentKeepalive(),
        n.devices(),
        n.encapsulations());
  }

  @Test
  void onlyAGatewayWithASubstituteIsFast() {
    assertEquals(LeaseTerms.FAST, LeaseTerms.of(view(), "a"));
    assertEquals(LeaseTerms.SLOW, LeaseTerms.of(view(), "b"));
    assertEquals(LeaseTerms.SLOW, LeaseTerms.of(view(), "c"));
    assertEquals(LeaseTerms.SLOW, LeaseTerms.of(view(), "stranger"));
  }
}
