package dev.weft.mesh.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.InternalEndpoints;
import dev.weft.api.v1alpha1.PodNetworkOwner;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredRule;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.render.ResolvedRoute;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.MeshView;
import dev.weft.mesh.view.NodeFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PacketWalkTest {
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void everythingThatAReadyMeshPromisesIsReached(Granularity granularity) {
    var clouds = Clouds.three().granularity(granularity);
    var view = clouds.view();
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void dualStackIsReachedInBothFamilies(Granularity granularity) {
    var clouds = dualStack().granularity(granularity);
    var view = clouds.view();
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
  }

  /** Takes out each route, rule and allowed IP in turn: each has to be missed. */
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void nothingInAPlanIsSuperfluous(Granularity granularity) {
    nothingIsSuperfluous(Clouds.three().granularity(granularity), 80);
  }

  @ParameterizedTest
  @MethodSource("encapsulations")
  void everyNodeOfALocationOfSeveralSubnetsIsReached(
      Granularity granularity, EncapsulationMode mode, EncapsulationProtocol protocol) {
    var clouds = Clouds.subnets().granularity(granularity).encapsulation(mode, protocol);
    var view = clouds.view();
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
  }

  @ParameterizedTest
  @MethodSource("encapsulations")
  void nothingThatEncapsulatesIsSuperfluous(
      Granularity granularity, EncapsulationMode mode, EncapsulationProtocol protocol) {
    nothingIsSuperfluous(
        Clouds.subnets().granularity(granularity).encapsulation(mode, protocol), 80);
  }

  static Stream<Arguments> encapsulations() {
    return Stream.of(Granularity.values())
        .flatMap(
            g ->
                Stream.of(EncapsulationMode.CROSS_SUBNET, EncapsulationMode.ALWAYS)
                    .flatMap(
                        m ->
                            Stream.of(EncapsulationProtocol.values())
                                .map(p -> Arguments.of(g, m, p))));
  }

  /** Another CNI carries the pods of a location; Weft joins locations. */
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void besideAnotherCniEverythingIsReachedAndNothingIsSuperfluous(Granularity granularity) {
    for (var clouds : List.of(Clouds.three(), Clouds.subnets())) {
      clouds.granularity(granularity).podNetwork(PodNetworkOwner.EXTERNAL);
      var view = clouds.view();
      var states = clouds.states(view);
      assertEquals(List.of(), Reachability.broken(clouds, view, states));
      nothingIsSuperfluous(clouds, 50);
      for (var node : view.nodes()) {
        var state = Objects.requireNonNull(states.get(node.name()));
        var own =
            view.nodes().stream()
                .filter(n -> n.location().equals(node.location()))
                .flatMap(n -> n.podCIDRs().stream())
                .toList();
        assertTrue(
            state.routes().stream()
                .noneMatch(r -> r.table() == 7050 && own.contains(r.destination())),
            node.name());
        assertTrue(
            state.firewall().masquerade().stream()
                .noneMatch(m -> m.source().equals(node.podCIDRs())),
            node.name());
      }
    }
  }

  /** Both families in VXLAN; a location whose underlay is IPv6 alone, with pods of both. */
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void vxlanCarriesBothFamiliesOverEither(Granularity granularity) {
    var clouds =
        dualStack()
            .node(
                "aws-3",
                "aws",
                List.of("10.1.1.13/24", "fd01:0:0:1::13/64"),
                "",
                List.of("10.42.6.0/24", "fd42:0:0:6::/64"),
                Map.of())
            .node(
                "six-1",
                "six",
                List.of("fd06::11/64"),
                "2001:db8:6::11",
                List.of("10.42.7.0/24", "fd42:0:0:7::/64"),
                Map.of())
            .node(
                "six-2",
                "six",
                List.of("fd06:0:0:1::12/64"),
                "",
                List.of("10.42.8.0/24", "fd42:0:0:8::/64"),
                Map.of())
            .granularity(granularity);
    var view = clouds.view();
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
  }

  /** A location CIDR that holds the location's own subnets doesn't swallow what encapsulates. */
  @ParameterizedTest
  @EnumSource(EncapsulationProtocol.class)
  void aWidePrefixOfTheLocationTakesNoPacketsBetweenItsSubnets(EncapsulationProtocol protocol) {
    var clouds =
        Clouds.subnets()
            .node(
                "gcp-1",
                "gcp",
                "10.2.0.11/24",
                "198.51.100.11",
                "10.42.4.0/24",
                Map.of("weft.dev/location-cidrs", "10.2.0.0/16"))
            .encapsulation(EncapsulationMode.CROSS_SUBNET, protocol);
    var view = clouds.view();
    assertEquals(
        List.of(Prefix.parse("10.2.0.0/16")), view.node("gcp-1").orElseThrow().locationCIDRs());
    assertEquals(List.of(), Reachability.broken(clouds, view, clouds.states(view)));
    // Of its own allowed IPs the wide one makes the narrow ones superfluous.
    assertEquals(
        List.of(),
        superfluous(clouds, 80).stream().filter(s -> !s.contains(" allowed IP 10.2.")).toList());
  }

  @Test
  void aKernelWithoutTheProtocolIsNamed() {
    var clouds =
        Clouds.subnets()
            .kernel("aws-2", EncapsulationProtocol.VXLAN)
            .encapsulation(EncapsulationMode.CROSS_SUBNET, EncapsulationProtocol.IPIP);
    var states = clouds.states(clouds.view());
    var problems = Objects.requireNonNull(states.get("aws-1")).problems();
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.getFirst().message().contains("aws-2 ([VXLAN])"), problems.toString());
    var auto = clouds.encapsulation(EncapsulationMode.CROSS_SUBNET, EncapsulationProtocol.AUTO);
    var view = auto.view();
    assertEquals(List.of(), Reachability.broken(auto, view, auto.states(view)));
  }

  @Test
  void autoTakesIpipWhereAKernelHasNoVxlan() {
    var clouds = Clouds.subnets().kernel("aws-2", EncapsulationProtocol.IPIP);
    var view = clouds.view();
    var states = clouds.states(view);
    assertEquals(List.of(), Reachability.broken(clouds, view, states));
    var names =
        Objects.requireNonNull(states.get("aws-1")).encapsulation().tunnels().stream()
            .map(DesiredTunnel::name)
            .toList();
    assertEquals(List.of("weftip4", "weftvx4"), names);
  }

  /** The API server is behind gcp's location CIDR, and public: nodes call it directly. */
  @ParameterizedTest
  @EnumSource(Granularity.class)
  void podsReachTheApiServerOfAnotherLocationByTheMeshAlone(Granularity granularity) {
    var clouds = Clouds.three().granularity(granularity);
    var view = clouds.view();
    var walk = clouds.walk(clouds.states(view));
    var server = Clouds.API_SERVER;
    var address = server.address().orElseThrow();
    for (var name : List.of("aws-1", "aws-2", "home-1")) {
      var node = view.node(name).orElseThrow();
      var pod = node.podCIDRs().getFirst().address().plus(7);
      var way = walk.walk(name, pod, address, server.port());
      assertTrue(
          way instanceof Outcome.Left left && left.path().getLast().startsWith("gcp"),
          name + ": " + way);
      var own = walk.walk(name, node.internalIPs().getFirst(), address, server.port());
      assertEquals(new Outcome.Left(List.of(name)), own);
    }
  }

  /** A service range that is also the node's own network is left open: its neighbours are there. */
  @Test
  void servicesAndOwnPodsDoNotLeaveByTheUnderlay() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var host = plan(view, clouds.facts("aws-2")).firewall().host();
    assertEquals(List.of("eth0"), host.outside());
    assertEquals(List.of("10.96.0.0/16", "10.42.2.0/24"), texts(host.closed()));
    assertEquals(List.of("weftbr0"), host.podLinks());
    assertEquals(List.of("10.42.2.0/24"), texts(host.podSources()));
    var inside = Clouds.three().node("x-1", "x", "10.96.7.1/24", "", "10.42.9.0/24", Map.of());
    var open = plan(inside.view(), inside.facts("x-1")).firewall().host();
    assertEquals(List.of("10.42.9.0/24"), texts(open.closed()));
    var beside = Clouds.three().podNetwork(PodNetworkOwner.EXTERNAL);
    var others = plan(beside.view(), beside.facts("aws-2")).firewall().host();
    assertEquals(List.of("10.96.0.0/16"), texts(others.closed()));
    assertFalse(others.guardsPods(), "another CNI's pods are that one's");
  }

  private static List<String> texts(List<Prefix> prefixes) {
    return prefixes.stream().map(Prefix::toString).toList();
  }

  private static List<String> toApiServer(MeshView view, NodeFacts known, String... servers) {
    return toApiServer(view, known, false, servers);
  }

  private static List<String> toApiServer(
      MeshView view, NodeFacts known, boolean direct, String... servers) {
    var facts =
        new NodeFacts(
            known.nodeName(),
            known.links(),
            Map.of(),
            List.of(servers).stream().map(Endpoint::parse).toList(),
            direct,
            known.egress(),
            known.neighbours());
    return plan(view, facts).rules().stream()
        .filter(r -> r.priority() == 7001)
        .map(r -> r.iif() + " " + r.to().orElseThrow() + " " + r.tcpDestinationPort())
        .toList();
  }

  private static List<String> servicesBesideTheMesh(boolean direct, String... servers) {
    var clouds = Clouds.three();
    var known = clouds.facts("aws-2");
    var facts =
        new NodeFacts(
            known.nodeName(),
            known.links(),
            Map.of(),
            List.of(servers).stream().map(Endpoint::parse).toList(),
            direct,
            known.egress(),
            known.neighbours());
    return plan(clouds.view(), facts).firewall().direct().services().stream()
        .map(Endpoint::toString)
        .toList();
  }

  /** The Service is rewritten before routing: it goes where its endpoints are reached directly. */
  @Test
  void theServiceOfTheApiServerGoesBesideTheMeshWhereAllItsEndpointsDo() {
    var service = "10.96.0.1:443";
    assertEquals(List.of(service), servicesBesideTheMesh(false, service, "10.1.0.11:6443"));
    assertEquals(List.of(), servicesBesideTheMesh(false, service, "10.2.0.11:6443"));
    assertEquals(List.of(service), servicesBesideTheMesh(true, service, "10.2.0.11:6443"));
    assertEquals(
        List.of(), servicesBesideTheMesh(false, service, "10.1.0.11:6443", "10.2.0.11:6443"));
    assertEquals(List.of(), servicesBesideTheMesh(true, service), "no endpoint is known");
  }

  /**
   * A connection that was made through the mesh stays there when direct ones are possible again.
   */
  @Test
  void whatANodeSendsFromItsMeshAddressGoesThroughTheMesh() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var walk = clouds.walk(clouds.states(view));
    var server = Clouds.API_SERVER;
    for (var name : List.of("aws-1", "home-1")) {
      var from = view.node(name).orElseThrow().addresses().getFirst();
      var way = walk.walk(name, from, server.address().orElseThrow(), server.port());
      assertTrue(
          way instanceof Outcome.Left left && left.path().getLast().startsWith("gcp"),
          name + ": " + way);
    }
  }

  @Test
  void theApiServersRuleIsThereBeforeAViewCoversItsAddress() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var aws = clouds.facts("aws-2");
    // Public; a managed cluster's private endpoint that is no node's; on link; its own location's.
    assertEquals(List.of("lo 192.0.2.250/32 443"), toApiServer(view, aws, "192.0.2.250:443"));
    assertEquals(List.of("lo 172.20.9.9/32 443"), toApiServer(view, aws, "172.20.9.9:443"));
    assertEquals(List.of("lo 10.1.0.99/32 6443"), toApiServer(view, aws, "10.1.0.99:6443"));
    assertEquals(List.of("lo 10.1.0.11/32 6443"), toApiServer(view, aws, "10.1.0.11:6443"));
    // A Peer's prefix takes no precedence over it.
    var claimed = Clouds.three().peer("vpn", "172.20.0.0/16");
    assertEquals(
        List.of("lo 172.20.9.9/32 443"),
        toApiServer(claimed.view(), claimed.facts("aws-2"), "172.20.9.9:443"));
  }

  @Test
  void aPrivateApiServerOfAnotherLocationIsReachedAsItWasFound() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var aws = clouds.facts("aws-2");
    assertEquals(List.of(), toApiServer(view, aws, "10.2.0.11:6443"));
    assertEquals(List.of("lo 10.2.0.11/32 6443"), toApiServer(view, aws, true, "10.2.0.11:6443"));
    assertEquals(List.of(), toApiServer(view, aws, "10.96.0.1:443"), "kube-proxy leads elsewhere");
  }

  /** Unknown link addresses: what the own gateway passes on can't be told from a direct call. */
  @Test
  void aNodeThatDoesNotKnowItsGatewaysLinkAddressTellsNothingApart() {
    var clouds = Clouds.three();
    var view = clouds.view();
    var known = clouds.facts("aws-2");
    var unknown =
        new NodeFacts(
            "aws-2", known.links(), known.resolvedNames(), known.apiServers(), known.egress());
    assertTrue(plan(view, known).firewall().direct().isActive());
    assertFalse(plan(view, unknown).firewall().direct().isActive());
    assertTrue(plan(view, clouds.facts("aws-1")).firewall().direct().isActive());
    assertTrue(
        plan(view, unknown).rules().stream().noneMatch(r -> r.priority() == 7004),
        "a rule for a mark that nothing sets");
  }

  private static DesiredState plan(MeshView view, NodeFacts facts) {
    return DataplanePlanner.plan(view, facts, Clouds.secrets(facts.nodeName()));
  }

  private static void nothingIsSuperfluous(Clouds clouds, int atLeast) {
    assertEquals(List.of(), superfluous(clouds, atLeast));
  }

  private static List<String> superfluous(Clouds clouds, int atLeast) {
    var view = clouds.view();
    var states = clouds.states(view);
    var superfluous = new ArrayList<String>();
    int tried = 0;
    for (var entry : states.entrySet()) {
      for (var without : withoutEach(entry.getValue()).entrySet()) {
        var mutated = new TreeMap<>(states);
        mutated.put(entry.getKey(), without.getValue());
        tried++;
        if (Reachability.broken(clouds, view, mutated).isEmpty()) {
          superfluous.add(entry.getKey() + " without " + without.getKey());
        }
      }
    }
    assertTrue(tried > atLeast, "only " + tried + " mutations");
    return superfluous;
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void aNodeBehindNatThatKnowsNobodyIsNotReached(Granularity granularity) {
    // The walk takes every private network for one that is joined to all others.
    var clouds = Clouds.three().granularity(granularity).internalEndpoints(InternalEndpoints.NEVER);
    for (var name : List.of("aws-1", "aws-2", "gcp-1", "gcp-2")) {
      clouds.change(
          name,
          n ->
              new dev.weft.mesh.snapshot.NodeInput(
                  n.name(),
                  n.createdAt(),
                  n.labels(),
                  n.annotations(),
                  n.podCIDRs(),
                  n.addresses().subList(0, 1),
                  n.published(),
                  n.report(),
                  n.reportedAt(),
                  n.liveness(),
                  n.isCordoned()));
    }
    var view = clouds.view();
    assertFalse(Reachability.broken(clouds, view, clouds.states(view)).isEmpty());
  }

  static Clouds dualStack() {
    return new Clouds()
        .addresses("10.4.0.0/16", "fd04::/64")
        .node(
            "aws-1",
            "aws",
            List.of("10.1.0.11/24", "fd01::11/64"),
            "192.0.2.11",
            List.of("10.42.1.0/24", "fd42:0:0:1::/64"),
            Map.of())
        .node(
            "aws-2",
            "aws",
            List.of("10.1.0.12/24", "fd01::12/64"),
            "",
            List.of("10.42.2.0/24", "fd42:0:0:2::/64"),
            Map.of())
        .node(
            "gcp-1",
            "gcp",
            List.of("10.2.0.11/24", "fd02::11/64"),
            "2001:db8::11",
            List.of("10.42.3.0/24", "fd42:0:0:3::/64"),
            Map.of())
        .node(
            "home-1",
            "home",
            List.of("192.168.77.11/24", "fd77::11/64"),
            "",
            List.of("10.42.5.0/24", "fd42:0:0:5::/64"),
            Map.of())
        .peer("phone", "10.5.0.1/32", "fd05::1/128");
  }

  private static Map<String, DesiredState> withoutEach(DesiredState state) {
    var mutations = new TreeMap<String, DesiredState>();
    for (var route : state.routes()) {
      if (isCovered(route, state)) {
        continue; // a wider route leads the same way; it is the allowed IPs that part the two
      }
      var rest = new ArrayList<>(state.routes());
      rest.remove(route);
      mutations.put(
          "route " + route.table() + " " + route.destination(),
          with(state, state.devices(), rest, state.rules()));
    }
    for (var rule : state.rules()) {
      if (isPrecaution(rule, state)) {
        continue;
      }
      var rest = new ArrayList<>(state.rules());
      rest.remove(rule);
      mutations.put("rule " + rule, with(state, state.devices(), state.routes(), rest));
    }
    WithoutEncapsulation.of(state).forEach(mutations::put);
    var device = state.device(DeviceId.DEFAULT).orElseThrow();
    for (var peer : device.peers()) {
      for (var allowed : peer.allowedIPs()) {
        var rest = new ArrayList<>(peer.allowedIPs());
        rest.remove(allowed);
        var peers = new ArrayList<>(device.peers());
        peers.remove(peer);
        peers.add(
            new DesiredPeer(
                peer.publicKey(),
                peer.endpoints(),
                rest,
                peer.persistentKeepaliveSeconds(),
                peer.presharedKey()));
        var changed = device.withPeers(peers);
        mutations.put(
            "allowed IP " + allowed + " of " + peer.publicKey(),
            with(state, List.of(changed), state.routes(), state.rules()));
      }
    }
    return mutations;
  }

  /**
   * The API server's rule is there before a view covers its address, which may cut the node off.
   * The one for the mesh address has a test of its own: what has both addresses is on its way
   * already.
   */
  private static boolean isPrecaution(DesiredRule rule, DesiredState state) {
    return rule.priority() == 7000 || (rule.priority() == 7001 && !isCoveredByRoute(rule, state));
  }

  private static boolean isCoveredByRoute(DesiredRule rule, DesiredState state) {
    return state.routes().stream()
        .filter(r -> !(r.target() instanceof RouteTarget.Throw))
        .anyMatch(r -> rule.to().stream().allMatch(r.destination()::contains));
  }

  private static boolean isCovered(DesiredRoute route, DesiredState state) {
    return !(route.target() instanceof RouteTarget.Throw)
        && state.routes().stream()
            .anyMatch(
                r ->
                    r.table() == route.table()
                        && r.destination().length() < route.destination().length()
                        && r.destination().contains(route.destination())
                        && ResolvedRoute.sameWay(state, r, route));
  }

  private static DesiredState with(
      DesiredState s,
      List<DesiredDevice> devices,
      List<DesiredRoute> routes,
      List<DesiredRule> rules) {
    return new DesiredState(
        s.routeProtocol(),
        s.nextHopBase(),
        s.tables(),
        s.rulePriority(),
        devices,
        s.addresses(),
        s.nextHops(),
        s.nextHopGroups(),
        routes,
        rules,
        s.linkSettings(),
        s.encapsulation(),
        s.firewall(),
        s.problems());
  }
}
