package dev.weft.mesh.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.NodeFacts;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where chosen pods leave the cluster: rule "billing" at gcp. */
class EgressWalkTest {
  private static final IpAddress INTERNET = IpAddress.parse("8.8.8.8");
  private static final IpAddress INTERNET_6 = IpAddress.parse("2001:4860::8888");

  private static Clouds clouds(EgressFallback whenAway) {
    return Clouds.three()
        .egress(new EgressRule("billing", "gcp", null, new LabelSelector(), whenAway));
  }

  /** The states of a cluster where the tenth address of a node's pods is chosen. */
  private static Map<String, DesiredState> states(
      Clouds clouds, String node, List<String> pod, Set<String> silent) {
    var view = clouds.view();
    var states = new HashMap<>(clouds.states(view));
    var f = clouds.facts(node);
    var chosen =
        new LocalEgress(
            List.of(
                new EgressPod("team/pod", "billing", pod.stream().map(IpAddress::parse).toList())),
            silent,
            List.of());
    var facts =
        new NodeFacts(
            f.nodeName(),
            f.links(),
            f.resolvedNames(),
            f.apiServers(),
            false,
            chosen,
            f.neighbours());
    states.put(node, DataplanePlanner.plan(view, facts, Clouds.secrets(node)));
    return states;
  }

  private static Outcome walk(
      Clouds clouds, Map<String, DesiredState> states, String node, String pod) {
    return clouds.walk(states).walk(node, IpAddress.parse(pod), INTERNET);
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void chosenPodsLeaveAtTheExitAndTheOthersAtTheirNode(Granularity granularity) {
    var clouds = clouds(EgressFallback.DROP).granularity(granularity);
    for (var at :
        Map.of("home-1", "10.42.5.", "aws-2", "10.42.2.", "gcp-2", "10.42.4.").entrySet()) {
      var states = states(clouds, at.getKey(), List.of(at.getValue() + "10"), Set.of());
      var chosen = walk(clouds, states, at.getKey(), at.getValue() + "10");
      assertEquals(
          "gcp-1", assertInstanceOf(Outcome.Left.class, chosen, chosen::toString).path().getLast());
      var other = walk(clouds, states, at.getKey(), at.getValue() + "11");
      assertEquals(List.of(at.getKey()), assertInstanceOf(Outcome.Left.class, other).path());
    }
  }

  @Test
  void whatHasARouteInTheClusterTakesIt() {
    var clouds = clouds(EgressFallback.DROP);
    var states = states(clouds, "home-1", List.of("10.42.5.10"), Set.of());
    var view = clouds.view();
    for (var node : view.nodes()) {
      for (var target :
          List.of(node.addresses().getFirst(), node.podCIDRs().getFirst().address())) {
        assertInstanceOf(
            Outcome.Delivered.class,
            clouds.walk(states).walk("home-1", IpAddress.parse("10.42.5.10"), target),
            node.name() + " " + target);
      }
    }
    var service =
        clouds
            .walk(states)
            .walk("home-1", IpAddress.parse("10.42.5.10"), IpAddress.parse("10.96.0.10"));
    assertEquals(List.of("home-1"), assertInstanceOf(Outcome.Left.class, service).path());
  }

  @Test
  void answersGoBackInsideTheMeshFromTheExitAlone() {
    var states = clouds(EgressFallback.DROP).states(clouds(EgressFallback.DROP).view());
    var exit = Objects.requireNonNull(states.get("gcp-1"));
    assertTrue(exit.firewall().egress().exit());
    assertTrue(
        exit.rules().stream()
            .anyMatch(r -> r.priority() == 7008 && r.mark() == 0x1000 && r.table() == 7051));
    assertEquals(
        List.of("10.42.1.0/24", "10.42.2.0/24", "10.42.4.0/24", "10.42.5.0/24"),
        exit.routes().stream()
            .filter(r -> r.table() == 7051)
            .map(r -> r.destination().toString())
            .toList());
    var other = Objects.requireNonNull(states.get("aws-1"));
    assertTrue(!other.firewall().egress().exit());
    assertTrue(other.routes().stream().noneMatch(r -> r.table() == 7051));
  }

  @Test
  void withoutAnExitDroppedPodsReachNothingOutsideAndLocalOnesLeaveAtTheirNode() {
    for (var whenAway : EgressFallback.values()) {
      var clouds =
          Clouds.three()
              .egress(new EgressRule("billing", "mars", null, new LabelSelector(), whenAway));
      var states = states(clouds, "home-1", List.of("10.42.5.10"), Set.of());
      var outcome = walk(clouds, states, "home-1", "10.42.5.10");
      assertEquals(whenAway == EgressFallback.DROP, outcome instanceof Outcome.Dropped);
      assertEquals(whenAway == EgressFallback.LOCAL, outcome instanceof Outcome.Left);
      assertTrue(
          clouds.plan().problems().stream().anyMatch(p -> p.reason().equals("NoSuchLocation")));
    }
  }

  @Test
  void aSilentExitIsGivenUpOnlyWherePodsMayLeaveAtTheirNode() {
    var local = clouds(EgressFallback.LOCAL);
    var gone = states(local, "home-1", List.of("10.42.5.10"), Set.of("gcp-1"));
    assertEquals(
        List.of("home-1"),
        assertInstanceOf(Outcome.Left.class, walk(local, gone, "home-1", "10.42.5.10")).path());
    var closed = clouds(EgressFallback.DROP);
    var kept = states(closed, "home-1", List.of("10.42.5.10"), Set.of("gcp-1"));
    assertEquals("gcp-1", walk(closed, kept, "home-1", "10.42.5.10").path().getLast());
    assertTrue(
        Objects.requireNonNull(kept.get("home-1")).problems().stream()
            .anyMatch(p -> p.reason().equals("ExitSilent")));
  }

  @Test
  void belowTheWayToTheExitEverythingIsUnreachable() {
    var states = states(clouds(EgressFallback.DROP), "home-1", List.of("10.42.5.10"), Set.of());
    var table =
        Objects.requireNonNull(states.get("home-1")).routes().stream()
            .filter(r -> r.table() >= 7066)
            .toList();
    assertEquals(
        List.of("0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"),
        table.stream()
            .map(r -> r.destination().toString())
            .filter(d -> d.endsWith("/0") || d.endsWith("/1"))
            .sorted()
            .toList());
  }

  @Test
  void bothFamiliesLeaveByOneLink() {
    var clouds =
        new Clouds()
            .addresses("10.4.0.0/16", "fd04::/64")
            .node(
                "aws-1",
                "aws",
                List.of("10.1.0.11/24"),
                "192.0.2.11",
                List.of("10.42.1.0/24", "fd42:0:0:1::/64"),
                Map.of())
            .node(
                "gcp-1",
                "gcp",
                List.of("10.2.0.11/24"),
                "198.51.100.11",
                List.of("10.42.3.0/24", "fd42:0:0:3::/64"),
                Map.of())
            .egress(
                new EgressRule("billing", "gcp", null, new LabelSelector(), EgressFallback.DROP));
    var states = states(clouds, "aws-1", List.of("10.42.1.10", "fd42:0:0:1::10"), Set.of());
    assertEquals("gcp-1", walk(clouds, states, "aws-1", "10.42.1.10").path().getLast());
    var six = clouds.walk(states).walk("aws-1", IpAddress.parse("fd42:0:0:1::10"), INTERNET_6);
    assertEquals(
        "gcp-1", assertInstanceOf(Outcome.Left.class, six, six::toString).path().getLast());
    assertEquals(
        List.of("weftex4"),
        Objects.requireNonNull(states.get("aws-1")).encapsulation().tunnels().stream()
            .map(t -> t.name())
            .toList());
  }

  @Test
  void aPodOutsideOfItsNodesPodCidrsIsSaidAndNotLed() {
    var pods = List.of("10.42.5.10", "10.99.0.1");
    var states = states(clouds(EgressFallback.DROP), "home-1", pods, Set.of());
    var home = Objects.requireNonNull(states.get("home-1"));
    assertTrue(home.problems().stream().anyMatch(p -> p.reason().equals("PodOutsidePodCIDRs")));
    var from = home.rules().stream().flatMap(r -> r.from().stream()).toList();
    assertTrue(from.contains(Prefix.parse("10.42.5.10/32")));
    assertFalse(from.contains(Prefix.parse("10.99.0.1/32")));
  }

  @Test
  void onlyTheExitTranslatesAFullTunnelAndNobodyRoutesTheInternetToIt() {
    var clouds = Clouds.three().fullTunnel("phone", "gcp");
    var states = clouds.states(clouds.view());
    states.forEach(
        (name, state) -> {
          boolean translates =
              state.firewall().masquerade().stream()
                  .anyMatch(
                      m ->
                          m.destination().isEmpty()
                              && m.source().stream()
                                  .anyMatch(p -> p.toString().equals("10.5.0.1/32")));
          assertEquals(name.equals("gcp-1"), translates, name);
          assertTrue(state.routes().stream().noneMatch(r -> r.destination().length() <= 1), name);
          state.devices().stream()
              .flatMap(d -> d.peers().stream())
              .flatMap(p -> p.allowedIPs().stream())
              .forEach(p -> assertTrue(p.length() > 1, name));
        });
    var left =
        clouds.walk(states).arriving("gcp-1", "weft0", IpAddress.parse("10.5.0.1"), INTERNET);
    assertEquals(List.of("gcp-1"), assertInstanceOf(Outcome.Left.class, left).path());
  }
}
