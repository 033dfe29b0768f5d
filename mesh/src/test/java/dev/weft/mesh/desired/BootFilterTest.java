package dev.weft.mesh.desired;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.NodeFacts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node holds back between its boot and its agent's first pass. */
class BootFilterTest {
  private static BootFilter of(Clouds clouds, String node) {
    var view = clouds.view();
    return BootFilter.of(view, node, Objects.requireNonNull(clouds.states(view).get(node)));
  }

  private static boolean holds(List<Prefix> prefixes, String address) {
    return prefixes.stream().anyMatch(p -> p.contains(IpAddress.parse(address)));
  }

  @ParameterizedTest
  @CsvSource({"aws-1", "aws-2", "home-1", "gcp-2"})
  void whatWeftAloneLeadsToIsClosed(String node) {
    var clouds = Clouds.three();
    var view = clouds.view();
    var filter = of(clouds, node);
    var self = view.node(node).orElseThrow();
    for (var other : view.nodes()) {
      boolean elsewhere = !other.location().equals(self.location());
      for (var address : other.addresses()) {
        boolean own = other.name().equals(node);
        assertEquals(!own, holds(filter.closed(), address.toString()), other.name());
        assertEquals(!own, holds(filter.sources(), address.toString()), other.name());
        assertEquals(!elsewhere, holds(filter.near(), address.toString()), other.name());
      }
      for (var pods : other.podCIDRs()) {
        var pod = pods.address().toString();
        boolean own = other.name().equals(node);
        assertTrue(holds(filter.closed(), pod), other.name());
        assertEquals(!own, holds(filter.sources(), pod), other.name());
        assertEquals(!elsewhere, holds(filter.near(), pod), other.name());
      }
      for (var internal : other.internalIPs()) {
        // kubelet calls the API server there, and is called, before there is an agent.
        assertFalse(holds(filter.closed(), internal.toString()), other.name());
      }
    }
    view.peers().stream()
        .flatMap(p -> p.allowedIPs().stream())
        .map(p -> p.address().toString())
        .forEach(
            p -> {
              assertTrue(holds(filter.closed(), p), p);
              assertTrue(holds(filter.sources(), p), p);
            });
    assertTrue(holds(filter.closed(), "10.96.0.1"), "Services");
    assertFalse(holds(filter.closed(), "192.0.2.1"));
  }

  /** DHCP, SSH, DNS, and what kubelet calls: without them a node does not come up. */
  @Test
  void ownNetworksAndTheApiServerStayOpenInsideAPeersWidePrefix() {
    var clouds = Clouds.three().peer("company", "172.16.0.0/12");
    var eth0 = clouds.facts("aws-1").links().getFirst();
    var management = new LinkFacts("eth1", 1500, List.of(InterfaceAddress.parse("172.20.0.11/24")));
    var facts =
        new NodeFacts(
            "aws-1",
            List.of(eth0, management),
            Map.of(),
            List.of(Clouds.API_SERVER, Endpoint.parse("172.21.0.9:6443")));
    var view = clouds.view();
    var desired = DataplanePlanner.plan(view, facts, Clouds.secrets("aws-1"));
    var filter = BootFilter.of(view, "aws-1", desired);
    for (var held : List.of("172.16.0.1", "172.20.1.1", "172.21.0.8", "172.31.255.255")) {
      assertTrue(holds(filter.closed(), held), held);
      assertTrue(holds(filter.sources(), held), held);
    }
    for (var open : List.of("172.20.0.1", "172.20.0.255", "172.21.0.9", "10.1.0.12")) {
      assertFalse(holds(filter.closed(), open), open);
      assertFalse(holds(filter.sources(), open), open);
    }
    assertEquals(List.of("eth0", "eth1"), filter.outside());
  }

  /** Before a power failure, or while the node shuts down: that is not the end of its mesh. */
  @Test
  void aNodeWhoseLinksAreDownIsStillInItsMesh() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var facts = new NodeFacts("aws-1", List.of(), Map.of(), List.of(Clouds.API_SERVER));
    var desired = DataplanePlanner.plan(view, facts, Clouds.secrets("aws-1"));
    var filter = BootFilter.of(view, "aws-1", desired);
    assertEquals(List.of(), filter.outside());
    assertTrue(holds(filter.closed(), "10.42.3.1"));
  }

  @Test
  void aNodeOutsideOfTheMeshHoldsNothingBack() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var state = Objects.requireNonNull(clouds.states(view).get("aws-1"));
    assertEquals(BootFilter.NONE, BootFilter.of(view, "unknown-1", state));
  }
}
