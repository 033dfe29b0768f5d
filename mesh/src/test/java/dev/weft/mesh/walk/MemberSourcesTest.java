package dev.weft.mesh.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.tunnel.EncapsulationGuard;
import dev.weft.mesh.tunnel.GuardedMember;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the gateway of a location takes from its members where they encapsulate (ADR 105): aws-1 is
 * the gateway of aws-2 (pods 10.42.2.0/24) and aws-3 (pods 10.42.3.0/24).
 */
class MemberSourcesTest {
  private static final IpAddress REMOTE = IpAddress.parse("10.42.5.7");
  private static final IpAddress POD_OF_2 = IpAddress.parse("10.42.2.7");
  private static final IpAddress POD_OF_3 = IpAddress.parse("10.42.3.7");

  private static Clouds clouds(EncapsulationProtocol protocol) {
    return Clouds.subnets()
        .granularity(Granularity.LOCATION)
        .encapsulation(EncapsulationMode.ALWAYS, protocol);
  }

  private static EncapsulationGuard guard(Map<String, DesiredState> states, String node) {
    return Objects.requireNonNull(states.get(node)).firewall().guard();
  }

  @ParameterizedTest
  @EnumSource(EncapsulationProtocol.class)
  void aMemberSendsFromNoAddressOfAnother(EncapsulationProtocol protocol) {
    var clouds = clouds(protocol);
    var walk = clouds.walk(clouds.states(clouds.view()));
    assertInstanceOf(Outcome.Delivered.class, walk.arriving("aws-2", "weftbr0", POD_OF_2, REMOTE));
    var forged =
        assertInstanceOf(
            Outcome.Dropped.class, walk.arriving("aws-2", "weftbr0", POD_OF_3, REMOTE));
    assertEquals("aws-1", forged.path().getLast());
    assertTrue(forged.reason().contains("takes no packet from 10.42.3.7"), forged.reason());
  }

  /** What is behind a member, and what comes from elsewhere, is not the location's nodes'. */
  @Test
  void sourcesOutsideOfTheLocationAreNotLookedAt() {
    var clouds = clouds(EncapsulationProtocol.VXLAN);
    var guard = guard(clouds.states(clouds.view()), "aws-1");
    var member = IpAddress.parse("10.1.1.12");
    for (var source : List.of("10.42.5.7", "192.0.2.99", "10.1.1.99")) {
      assertTrue(guard.accepts(member, IpAddress.parse(source)), source);
    }
    for (var source : List.of("10.42.3.7", "10.42.1.7", "10.1.2.13")) {
      assertTrue(!guard.accepts(member, IpAddress.parse(source)), source);
    }
  }

  @Test
  void onlyGatewaysLookInside() {
    var clouds = clouds(EncapsulationProtocol.VXLAN);
    var states = clouds.states(clouds.view());
    assertTrue(guard(states, "aws-1").looksInside());
    assertTrue(!guard(states, "aws-2").looksInside());
    assertEquals(
        List.of("10.1.1.12", "10.1.2.13"),
        guard(states, "aws-1").members().stream()
            .map(GuardedMember::addresses)
            .flatMap(List::stream)
            .map(IpAddress::toString)
            .toList());
  }

  private static MeshView withGateway(MeshView view, String location, String gateway) {
    return new MeshView(
        view.mesh(),
        view.nodes().stream()
            .map(n -> n.location().equals(location) ? as(n, n.name().equals(gateway)) : n)
            .toList(),
        view.peers());
  }

  private static MeshNode as(MeshNode n, boolean gateway) {
    return new MeshNode(
        n.name(),
        n.location(),
        gateway ? NodeRole.GATEWAY : NodeRole.MEMBER,
        gateway,
        n.ordinal(),
        n.draining(),
        n.home(),
        n.addresses(),
        n.podCIDRs(),
        n.internalIPs(),
        n.meshedIPs(),
        n.locationCIDRs(),
        n.persistentKeepaliveSeconds(),
        n.devices(),
        n.encapsulations());
  }

  /**
   * gcp-2 has become the gateway, and gcp-1, which was it, knows: gcp-3 does not yet, and sends
   * through gcp-1.
   */
  @ParameterizedTest
  @EnumSource(EncapsulationProtocol.class)
  void aPastGatewayPassesOnWhatMembersSendThatHaveNotHeardOfTheChange(
      EncapsulationProtocol protocol) {
    var clouds = clouds(protocol);
    var before = withGateway(clouds.view(), "gcp", "gcp-1");
    var after = withGateway(clouds.view(), "gcp", "gcp-2");
    var states = new HashMap<>(clouds.states(after));
    states.put("gcp-3", Objects.requireNonNull(clouds.states(before).get("gcp-3")));
    var source = IpAddress.parse("10.42.6.7");
    var target = IpAddress.parse("10.42.1.7");
    assertInstanceOf(
        Outcome.Dropped.class,
        clouds.walk(states).arriving("gcp-3", "weftbr0", source, target),
        "nothing is shown: it arrives without that memory");
    states.put(
        "gcp-2",
        DataplanePlanner.plan(
            after, remembering(clouds.facts("gcp-2"), "gcp-1"), Clouds.secrets("gcp-2")));
    var outcome = clouds.walk(states).arriving("gcp-3", "weftbr0", source, target);
    assertEquals(
        List.of("gcp-3", "gcp-1", "gcp-2", "aws-1"),
        assertInstanceOf(Outcome.Delivered.class, outcome, outcome.toString()).path());
  }

  private static NodeFacts remembering(NodeFacts f, String gateway) {
    return new NodeFacts(
        f.nodeName(),
        f.links(),
        f.resolvedNames(),
        f.apiServers(),
        f.directApiServer(),
        f.egress(),
        f.neighbours(),
        Set.of(gateway));
  }
}
