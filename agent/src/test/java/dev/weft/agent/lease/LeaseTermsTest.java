package dev.weft.agent.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.view.MeshView;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LeaseTermsTest {
  /** a, b, b2, b3 share a location, a is its gateway; c is alone. */
  private static MeshView view() {
    var nodes = new TreeMap<>(Published.mesh("a", "b", "b2", "b3", "c").nodes());
    nodes.computeIfPresent("a", (k, n) -> moved(n, "x", NodeRole.GATEWAY));
    for (var member : List.of("b", "b2", "b3")) {
      nodes.computeIfPresent(member, (k, n) -> moved(n, "x", NodeRole.MEMBER));
    }
    return view(nodes);
  }

  private static MeshView view(SortedMap<String, WireGuardNodeSpec> nodes) {
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
        n.ordinal(),
        null,
        n.home(),
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
  void aGatewayWithASubstituteIsFast() {
    assertEquals(LeaseTerms.FAST, LeaseTerms.of(view(), "a"));
    assertEquals(LeaseTerms.SLOW, LeaseTerms.of(view(), "stranger"));
  }

  /** The operator waits for their renewals before it moves a role; see its NodeLiveness. */
  @Test
  void nodesWhoseWordDecidesAboutAGatewayRenewOften() {
    assertEquals(LeaseTerms.WITNESS, LeaseTerms.of(view(), "c"), "gateway elsewhere");
    assertEquals(LeaseTerms.WITNESS, LeaseTerms.of(view(), "b"), "neighbour");
    assertEquals(LeaseTerms.WITNESS, LeaseTerms.of(view(), "b2"), "neighbour");
    assertEquals(LeaseTerms.SLOW, LeaseTerms.of(view(), "b3"), "two neighbours are enough");
  }

  @Test
  void whereNoGatewayCanBeReplacedAllAreSlow() {
    var lonely = view(new TreeMap<>(Published.mesh("a", "c").nodes()));
    assertEquals(LeaseTerms.SLOW, LeaseTerms.of(lonely, "a"));
  }
}
