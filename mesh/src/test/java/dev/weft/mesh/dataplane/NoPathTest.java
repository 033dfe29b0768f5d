package dev.weft.mesh.dataplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.Granularity;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.walk.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** To a location without a gateway nothing leaves a node in plain text (ADR 103). */
class NoPathTest {
  private static Clouds withoutGateway(String... nodes) {
    var clouds = Clouds.three();
    for (var name : nodes) {
      clouds.change(
          name,
          n ->
              NodeEdits.annotated(
                  n,
                  Stream.concat(
                          n.annotations().entrySet().stream(),
                          Stream.of(Map.entry("weft.dev/gateway", "false")))
                      .collect(
                          java.util.stream.Collectors.toMap(
                              Map.Entry::getKey, Map.Entry::getValue))));
    }
    return clouds;
  }

  private static DesiredState of(Map<String, DesiredState> states, String node) {
    return Objects.requireNonNull(states.get(node));
  }

  private static List<String> unreachable(DesiredState state) {
    return state.routes().stream()
        .filter(r -> r.target() instanceof RouteTarget.Unreachable)
        .map(DesiredRoute::destination)
        .map(Prefix::toString)
        .sorted()
        .toList();
  }

  private static List<String> alone(MeshView view, String... names) {
    return Stream.of(names)
        .map(n -> view.node(n).orElseThrow())
        .flatMap(
            n -> Stream.concat(n.podCIDRs().stream(), n.addresses().stream().map(Prefix::host)))
        .map(Prefix::toString)
        .sorted()
        .toList();
  }

  @Test
  void podsAndMeshAddressesOfALocationWithoutAGatewayAreUnreachable() {
    var clouds = withoutGateway("gcp-1", "gcp-2");
    var view = clouds.view();
    var states = clouds.states(view);
    for (var name : List.of("aws-1", "aws-2", "home-1")) {
      assertEquals(alone(view, "gcp-1", "gcp-2"), unreachable(of(states, name)), name);
    }
    // From there, nothing is reached but the own location and what has no owner elsewhere.
    assertTrue(
        unreachable(of(states, "gcp-1")).containsAll(alone(view, "aws-1", "aws-2", "home-1")));
    assertFalse(unreachable(of(states, "gcp-1")).contains("10.42.4.0/24"));
  }

  @ParameterizedTest
  @CsvSource({
    "aws-1, 10.42.1.5, 10.42.3.5",
    "aws-2, 10.42.2.5, 10.42.3.5",
    "aws-2, 10.42.2.5, 10.42.4.5",
    "home-1, 10.42.5.5, 10.42.3.5",
    "gcp-1, 10.42.3.5, 10.42.1.5",
    "gcp-2, 10.42.4.5, 10.42.5.5",
    "gcp-2, 10.42.4.5, 10.6.0.9",
  })
  void aPacketThereIsRefusedAndDoesNotLeave(String node, String from, String to) {
    var clouds = withoutGateway("gcp-1", "gcp-2");
    var outcome =
        clouds
            .walk(clouds.states(clouds.view()))
            .walk(node, IpAddress.parse(from), IpAddress.parse(to));
    assertInstanceOf(Outcome.Dropped.class, outcome, outcome::toString);
  }

  @Test
  void whatOtherNetworksMayCarryIsLeftToThem() {
    var clouds = withoutGateway("gcp-1", "gcp-2");
    var state = of(clouds.states(clouds.view()), "aws-1");
    assertTrue(clouds.view().node("gcp-1").orElseThrow().locationCIDRs().size() > 1);
    for (var elsewhere : List.of("203.0.113.0/24", "192.168.0.0/18", "10.2.0.11/32")) {
      assertTrue(
          state.routes().stream().noneMatch(r -> r.destination().toString().equals(elsewhere)),
          elsewhere);
    }
  }

  @Test
  void aNetworkThatTheNodeIsAttachedToStaysReachable() {
    var clouds = withoutGateway("gcp-1", "gcp-2");
    var facts =
        new NodeFacts(
            "aws-1",
            List.of(
                new LinkFacts("eth0", 1500, List.of(InterfaceAddress.parse("10.1.0.11/24"))),
                new LinkFacts("eth1", 1500, List.of(InterfaceAddress.parse("10.42.3.9/25")))),
            Map.of(),
            List.of());
    var state = DataplanePlanner.plan(clouds.view(), facts, Clouds.secrets("aws-1"));
    assertFalse(unreachable(state).contains("10.42.3.0/24"));
    assertTrue(unreachable(state).contains("10.42.4.0/24"));
  }

  @ParameterizedTest
  @CsvSource({"LOCATION", "FULL"})
  void whereThereIsAPathNothingIsUnreachable(Granularity granularity) {
    var clouds = Clouds.three().granularity(granularity);
    clouds
        .states(clouds.view())
        .forEach((name, state) -> assertEquals(List.of(), unreachable(state), name));
  }
}
