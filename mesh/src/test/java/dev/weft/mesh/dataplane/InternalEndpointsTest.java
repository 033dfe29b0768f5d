package dev.weft.mesh.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.topology.Hop;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.walk.Outcome;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Two sites with private addresses alone, joined by a routed WAN. */
class InternalEndpointsTest {
  private static Clouds sites(String second) {
    return new Clouds()
        .node("east-1", "east", "10.1.0.11/24", "", "10.42.1.0/24", Map.of())
        .node("east-2", "east", "10.1.0.12/24", "", "10.42.2.0/24", Map.of())
        .node("west-1", "west", second, "", "10.42.3.0/24", Map.of());
  }

  private static DesiredPeer peer(Clouds clouds, String at, String of, String... links) {
    var facts =
        new NodeFacts(
            at,
            Stream.of(links)
                .map(InterfaceAddress::parse)
                .map(a -> new LinkFacts("eth" + a.address(), 1500, List.of(a)))
                .toList(),
            Map.of(),
            List.of());
    return DataplanePlanner.plan(clouds.view(), facts, Clouds.secrets(at))
        .devices()
        .getFirst()
        .peers()
        .stream()
        .filter(p -> p.publicKey().equals(Clouds.key(of)))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> called(Clouds clouds, String at, String of, String... links) {
    return peer(clouds, at, of, links).endpoints().stream().map(Endpoint::toString).toList();
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void theyCallEachOtherAndEveryPairOfPodsIsReached(Granularity granularity) {
    var clouds = sites("10.2.0.11/24").granularity(granularity);
    assertEquals(List.of("10.2.0.11:51820"), called(clouds, "east-1", "west-1", "10.1.0.11/24"));
    assertEquals(List.of("10.1.0.11:51820"), called(clouds, "west-1", "east-1", "10.2.0.11/24"));
    var states = clouds.states(clouds.view());
    for (var to : List.of("10.42.1.5", "10.42.2.5", "10.42.3.5")) {
      for (var from : Map.of("east-2", "10.42.2.9", "west-1", "10.42.3.9").entrySet()) {
        var outcome =
            clouds
                .walk(states)
                .walk(from.getKey(), IpAddress.parse(from.getValue()), IpAddress.parse(to));
        assertInstanceOf(Outcome.Delivered.class, outcome, outcome::toString);
      }
    }
  }

  @Test
  void switchedOffTheyDoNotMeet() {
    var clouds = sites("10.2.0.11/24").internalEndpoints(InternalEndpoints.NEVER);
    var view = clouds.view();
    var topology = new Topology(view);
    assertInstanceOf(
        Hop.None.class,
        topology.hop(view.node("east-1").orElseThrow(), view.node("west-1").orElseThrow()));
    assertTrue(clouds.plan().problems().stream().anyMatch(p -> p.reason().equals("NoPath")));
  }

  /** Tunnels that are open show each end at its internal address. */
  @Test
  void switchedOffLaterTheyAreNotCalledWhereTheirTunnelsShowedThem() {
    var clouds = sites("10.2.0.11/24");
    for (var seen : Map.of("east-1", "west-1", "west-1", "east-1").entrySet()) {
      var at = seen.getValue().equals("west-1") ? "10.2.0.11:51820" : "10.1.0.11:51820";
      var observed = List.of(new ObservedEndpoint(Clouds.key(seen.getValue()).text(), at));
      clouds.change(seen.getKey(), n -> NodeEdits.observing(n, observed));
    }
    assertTrue(clouds.publish().problems().stream().noneMatch(p -> p.reason().equals("NoPath")));
    clouds.internalEndpoints(InternalEndpoints.NEVER);
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertTrue(plan.problems().stream().anyMatch(p -> p.reason().equals("NoPath")));
      assertEquals(
          List.of(),
          plan.nodes().stream()
              .flatMap(n -> n.spec().stream())
              .flatMap(n -> n.devices().stream())
              .flatMap(d -> d.observedEndpoints().stream())
              .toList());
    }
  }

  /**
   * The other site's address is a stranger's where it is on-link, or of a range of the own side.
   */
  @ParameterizedTest
  @CsvSource({
    "the same home network,      192.168.1.7/24, 192.168.1.5/24",
    "an engine's network,        172.17.0.9/16,  172.17.0.1/16",
    "its own address,            10.9.0.1/32,    10.9.0.1/32",
    "a neighbour by another link, 10.7.0.8/24,   10.7.0.1/24"
  })
  void aNeighbourIsNeverCalledForIt(String what, String theirs, String link) {
    assertEquals(List.of(), called(sites(theirs), "east-1", "west-1", "10.1.0.11/24", link), what);
  }

  @Test
  void whatANodeOfTheOwnLocationHasInAnotherSubnetIsNotCalled() {
    assertEquals(List.of(), called(sites("10.1.0.12/24"), "east-1", "west-1", "10.8.0.1/24"));
  }

  @Test
  void anAddressOfAFamilyThatTheNodeLacksIsNotCalled() {
    assertEquals(List.of(), called(sites("10.2.0.11/24"), "east-1", "west-1", "2001:db8::5/64"));
  }

  @Test
  void theyComeAfterWhatElseThereIsAndAreKnownAsTheLastResort() {
    var clouds =
        sites("10.2.0.11/24")
            .node("gcp-1", "gcp", "10.3.0.11/24", "198.51.100.11", "10.42.5.0/24", Map.of());
    var gcp = peer(clouds, "east-1", "gcp-1", "10.1.0.11/24");
    assertEquals(
        List.of("198.51.100.11:51820", "10.3.0.11:51820"),
        gcp.endpoints().stream().map(Endpoint::toString).toList());
    assertEquals(1, gcp.lastResort());
    assertEquals(
        List.of(), called(clouds, "gcp-1", "east-1", "10.3.0.11/24"), "it waits to be called");
    clouds.observedBy("gcp-1");
    var west = called(clouds, "east-1", "west-1", "10.1.0.11/24");
    assertEquals("10.2.0.11:51820", west.getLast());
    assertEquals(2, west.size(), west::toString);
  }
}
