package dev.weft.mesh.plan;

import static dev.weft.mesh.fixture.NodeEdits.address;
import static dev.weft.mesh.fixture.NodeEdits.annotated;
import static dev.weft.mesh.fixture.NodeEdits.cordoned;
import static dev.weft.mesh.fixture.NodeEdits.created;
import static dev.weft.mesh.fixture.NodeEdits.in;
import static dev.weft.mesh.fixture.NodeEdits.podCIDRs;
import static dev.weft.mesh.fixture.NodeEdits.published;
import static dev.weft.mesh.fixture.NodeEdits.reporting;
import static dev.weft.mesh.fixture.NodeEdits.reports;
import static dev.weft.mesh.fixture.PeerEdits.withAllowedIPs;
import static dev.weft.mesh.fixture.PeerEdits.withEndpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.client.ClientConfigPlanner;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.snapshot.NodeInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a stolen kubelet credential, a Peer or a lying agent can't take from others. The thief is
 * the oldest object throughout, so age alone would let it win.
 */
class TrustTest {
  /** Clouds whose oldest node is the thief's, in a location of its own. */
  private static Clouds withThief() {
    var clouds =
        new Clouds()
            .node("thief", "a-den", "10.66.0.1/24", "", "10.42.66.0/24", Map.of())
            .node("aws-1", "aws", "10.1.0.11/24", "192.0.2.11", "10.42.1.0/24", Map.of())
            .node("aws-2", "aws", "10.1.0.12/24", "192.0.2.12", "10.42.2.0/24", Map.of())
            .node(
                "gcp-1",
                "gcp",
                "10.2.0.11/24",
                "198.51.100.11",
                "10.42.3.0/24",
                Map.of("weft.dev/location-cidrs", "192.168.0.0/18"))
            .peer("office", "10.6.0.0/24");
    clouds.publish();
    clouds.publish();
    return clouds;
  }

  private static void assertNothingChangesForOthers(Clouds clouds, UnaryOperator<NodeInput> theft) {
    var before = clouds.plan();
    clouds.change("thief", theft);
    for (int pass = 0; pass < 3; pass++) {
      var after = clouds.publish();
      for (var name : List.of("aws-1", "aws-2", "gcp-1")) {
        assertEquals(spec(before, name), spec(after, name), "pass " + pass);
      }
      assertEquals(peer(before, "office"), peer(after, "office"), "pass " + pass);
    }
  }

  @Test
  void aKeyInForceStaysWithItsHolderWhateverAnOlderNodeReports() {
    var clouds = withThief();
    assertNothingChangesForOthers(clouds, n -> reporting(n, "aws-1"));
    assertEquals(List.of(), spec(clouds.plan(), "thief").devices());
    var said = problems(clouds.plan(), "DuplicateKey");
    assertEquals(List.of("Node/thief"), said);
    assertFalse(
        clouds.plan().problems().stream().anyMatch(p -> p.message().contains("remove its key")));
  }

  @Test
  void theKeyOfAPeerInForceStaysToo() {
    assertNothingChangesForOthers(withThief(), n -> reporting(n, "office"));
  }

  @Test
  void aNodeThatJoinsComesBeforeOneThatChangesItsKeyToThatOfTheNewcomer() {
    var clouds =
        withThief().node("new-1", "new", "10.9.0.1/24", "192.0.2.99", "10.42.9.0/24", Map.of());
    clouds.change("thief", n -> reporting(n, "new-1"));
    assertEquals(1, spec(clouds.plan(), "new-1").devices().size());
    assertEquals(List.of("Node/thief"), problems(clouds.plan(), "DuplicateKey"));
  }

  @Test
  void anInternalAddressStaysWithItsHolderInItsLocation() {
    assertNothingChangesForOthers(
        withThief(), n -> address(in(n, "aws"), "InternalIP", "10.1.0.11"));
  }

  @Test
  void anInternalAddressStaysWithItsHolderForOtherLocations() {
    assertNothingChangesForOthers(withThief(), n -> address(n, "InternalIP", "10.1.0.11"));
  }

  /** NodeRestriction leaves a kubelet spec.unschedulable of its own Node. */
  @Test
  void aCordonOfTheOwnNodeTakesNoRoleFromAnother() {
    assertNothingChangesForOthers(withThief(), n -> cordoned(n, true));
    var clouds = withThief();
    clouds.change("thief", n -> in(n, "aws"));
    clouds.publish();
    clouds.change("thief", n -> cordoned(n, true));
    clouds.publish();
    clouds.change("thief", n -> cordoned(n, false));
    assertTrue(spec(clouds.publish(), "aws-1").peerGateway());
  }

  @Test
  void aPodRangeStaysWithItsHolder() {
    assertNothingChangesForOthers(
        withThief(), n -> podCIDRs(n, List.of("10.42.66.0/24", "10.42.1.0/24")));
    assertNothingChangesForOthers(withThief(), n -> podCIDRs(n, List.of("10.42.0.0/16")));
  }

  @Test
  void anEndpointStaysWithItsHolder() {
    assertNothingChangesForOthers(withThief(), n -> address(n, "ExternalIP", "192.0.2.11"));
  }

  @Test
  void anAcceptedPeerIsNotSwitchedOffByAnAddressInsideItsLan() {
    for (var type : List.of("InternalIP", "ExternalIP")) {
      assertNothingChangesForOthers(withThief(), n -> address(n, type, "10.6.0.9"));
    }
    assertNothingChangesForOthers(
        withThief(), n -> annotated(n, "weft.dev/endpoint", "10.6.0.9:51820"));
  }

  @Test
  void aLocationCidrIsNotSwitchedOffByAnAddressInsideIt() {
    for (var type : List.of("InternalIP", "ExternalIP")) {
      assertNothingChangesForOthers(withThief(), n -> address(n, type, "192.168.0.9"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.42.66.0/23", "8.0.0.0/8", "0.0.0.0/1", "fd43::/64", "10.4.0.0/24"})
  void aPodRangeLiesInsideTheMeshsPodCIDRsAndMeetsNothingElse(String range) {
    var clouds = withThief();
    clouds.change("thief", n -> podCIDRs(n, List.of(range)));
    var accepted = spec(clouds.plan(), "thief").podCIDRs();
    assertEquals(range.startsWith("10.42.66") ? List.of(range) : List.of(), accepted);
    if (accepted.isEmpty()) {
      assertEquals(List.of("Node/thief"), problems(clouds.plan(), "PodCIDRNotAllowed"));
    }
  }

  /** Kilo issue 120: whole ranges in a location's allowed IPs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.0/8 | OverlapsMeshAddresses",
        "10.0.0.0/9 | OverlapsMeshAddresses",
        "10.42.0.0/15 | OverlapsPodCIDR",
        "10.96.0.0/16 | OverlapsServiceCIDR",
        "10.1.0.0/16 | OverlapsNodeAddress",
        "192.0.0.0/8 | OverlapsNodeAddress",
        "10.6.0.0/16 | OverlapsPeer",
        "192.168.0.0/16 | OverlapsLocationCIDR",
        "0.0.0.0/1 | LocationCIDRNotAllowed",
        "128.0.0.0/1 | LocationCIDRNotAllowed",
        "168.63.0.0/16 | LocationCIDRNotAllowed",
        "100.64.0.0/10 | LocationCIDRNotAllowed",
        "fd00::/8 | LocationCIDRNotAllowed",
        "172.32.0.0/16 | LocationCIDRNotAllowed"
      })
  void aWideLocationCidrIsRefusedForWhatItContains(String prefix, String reason) {
    var clouds = withThief().allowLocationCIDRs("0.0.0.0/0", "fd00::/8");
    if (prefix.startsWith("172")) {
      clouds.allowLocationCIDRs("172.16.0.0/12");
    }
    clouds.change("thief", n -> annotated(n, "weft.dev/location-cidrs", prefix));
    assertEquals(List.of(), spec(clouds.plan(), "thief").locationCIDRs());
    assertTrue(problems(clouds.plan(), reason).contains("Node/thief"), clouds.plan()::toString);
  }

  @Test
  void noLocationCidrIsAllowedUntilTheMeshNamesSome() {
    var clouds = withThief().allowLocationCIDRs();
    assertEquals(List.of(), spec(clouds.plan(), "gcp-1").locationCIDRs());
    var said =
        clouds.plan().problems().stream()
            .filter(p -> p.reason().equals("LocationCIDRNotAllowed"))
            .findFirst()
            .orElseThrow();
    assertTrue(said.message().contains("add 192.168.0.0/18 to its"), said::message);
  }

  @Test
  void aLocationsOwnNodesMayLieInItsLocationCidr() {
    var clouds = withThief().allowLocationCIDRs("10.0.0.0/8");
    clouds.change("aws-2", n -> annotated(n, "weft.dev/location-cidrs", "10.1.0.0/16"));
    assertEquals(List.of("10.1.0.0/16"), spec(clouds.publish(), "aws-2").locationCIDRs());
    assertEquals(List.of("10.1.0.0/16"), spec(clouds.plan(), "aws-2").locationCIDRs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8.8.8.0/24 | PeerCIDRNotAllowed",
        "10.0.0.0/7 | OverlapsMeshAddresses",
        "192.0.2.12/32 | OverlapsNodeAddress",
        "198.51.100.0/24 | OverlapsNodeAddress",
        "100.64.0.0/10 | InvalidPrefix",
        "fd00::/8 | InvalidPrefix",
        "168.63.129.16/32 | InvalidPrefix",
        "10.66.0.0/24 | OverlapsNodeAddress"
      })
  void aPeerHasPrefixesThatTheMeshLetsPeersHave(String prefix, String reason) {
    var clouds = withThief().peer("greedy", "10.7.7.0/24", prefix);
    assertTrue(problems(clouds.plan(), reason).contains("Peer/greedy"), clouds.plan()::toString);
    assertEquals(
        List.of("10.7.7.0/24"), peer(clouds.plan(), "greedy").effective().getFirst().allowedIPs());
  }

  @Test
  void theSumOfManyPrefixesIsLimitedAsOneIs() {
    var slices = new ArrayList<String>();
    for (int first = 16; first < 96; first++) {
      if (!Prefix.parse("100.64.0.0/10").overlaps(Prefix.parse(first + ".0.0.0/8"))) {
        slices.add(first + ".0.0.0/8");
      }
    }
    var clouds = withThief().allowPeerCIDRs("16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/3");
    clouds.peer("one", slices.subList(0, 40).toArray(String[]::new));
    clouds.peer("two", slices.subList(40, 80).toArray(String[]::new));
    var plan = clouds.plan();
    long accepted =
        Stream.of("one", "two")
            .flatMap(p -> peer(plan, p).effective().stream())
            .mapToLong(e -> e.allowedIPs().size())
            .sum();
    assertEquals(64, accepted);
    assertEquals(List.of("Peer/two"), problems(plan, "DefaultRoute"));
    clouds.publish();
    assertEquals(
        64,
        Stream.of("one", "two")
            .flatMap(p -> peer(clouds.plan(), p).effective().stream())
            .mapToLong(e -> e.allowedIPs().size())
            .sum());
  }

  @Test
  void anOlderPeerTakesNoPrefixFromAYoungerOneThatHasIt() {
    var clouds = withThief().peer("elder", "10.7.0.0/24").peer("younger", "10.8.0.0/24");
    clouds.publish();
    clouds.edit("elder", s -> withAllowedIPs(s, "10.7.0.0/24", "10.8.0.0/16"));
    for (int pass = 0; pass < 2; pass++) {
      var plan = clouds.publish();
      assertEquals(
          List.of("10.8.0.0/24"), peer(plan, "younger").effective().getFirst().allowedIPs());
      assertEquals(List.of("Peer/elder"), problems(plan, "OverlapsPeer"));
    }
  }

  /** squat/kilo issues 396 and 326: every node annotated with the one public address. */
  @Test
  void oneEndpointOnThreeNodesStaysWithTheFirstAndIsSaidOfTheOthersAndTheMesh() {
    var clouds =
        new Clouds()
            .node("a1", "aws", "10.0.1.5/24", "", "10.42.1.0/24", Map.of())
            .node("h1", "home1", "192.168.104.23/24", "", "10.42.2.0/24", Map.of())
            .node("h2", "home2", "192.168.103.72/24", "", "10.42.3.0/24", Map.of());
    for (var name : List.of("a1", "h1", "h2")) {
      clouds.change(name, n -> annotated(n, "weft.dev/endpoint", "57.130.54.170:51820"));
    }
    var plan = clouds.publish();
    assertEquals(
        List.of("57.130.54.170:51820"), spec(plan, "a1").device(0).orElseThrow().endpoints());
    for (var name : List.of("h1", "h2")) {
      assertEquals(List.of(), spec(plan, name).device(0).orElseThrow().endpoints());
      assertEquals("25s", spec(plan, name).persistentKeepalive());
    }
    assertEquals(
        List.of("WireGuardMesh/mesh", "Node/h1", "Node/h2"), problems(plan, "SameEndpoint"));
    assertTrue(
        plan.meshes().getFirst().problems().stream()
            .anyMatch(p -> p.message().contains("of Node a1 is claimed by h1, h2")),
        plan::toString);
    // As nodes behind NAT they are found where others see them.
    clouds.observedBy("a1");
    assertEquals(1, spec(clouds.plan(), "h1").device(0).orElseThrow().observedEndpoints().size());
    // The holder keeps it when an older node comes to claim it.
    clouds.remove("a1");
    clouds.publish();
    clouds.node("a1", "aws", "10.0.1.5/24", "", "10.42.1.0/24", Map.of());
    clouds.change("a1", n -> annotated(created(n, 0), "weft.dev/endpoint", "57.130.54.170:51820"));
    assertEquals(
        List.of("57.130.54.170:51820"),
        spec(clouds.plan(), "h1").device(0).orElseThrow().endpoints());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:51820",
        "localhost:51820",
        "a.localhost.:51820",
        "224.0.0.1:51820",
        "255.255.255.255:1",
        "169.254.169.254:80",
        "[fe80::1]:51820",
        "[fd00:ec2::23]:80",
        "[fd20:ce::254]:80",
        "[fd00:c1::a9fe:a9fe]:80",
        "168.63.129.16:80",
        "100.100.100.200:80",
        "0.0.0.0:1"
      })
  void noNodeOrPeerIsCalledWhereNoOtherMachineIs(String endpoint) {
    var clouds = withThief();
    clouds.change("thief", n -> annotated(n, "weft.dev/endpoint", endpoint));
    assertEquals(List.of("Node/thief"), problems(clouds.plan(), "InvalidEndpoint"));
    int colon = endpoint.lastIndexOf(':');
    var host = endpoint.substring(0, colon).replace("[", "").replace("]", "");
    clouds.edit(
        "office", s -> withEndpoint(s, host, Integer.parseInt(endpoint.substring(colon + 1))));
    assertTrue(problems(clouds.plan(), "InvalidEndpoint").contains("Peer/office"));
  }

  @Test
  void aKubeletsStatusLeadsNobodyToAServiceOfTheCloud() {
    var clouds = withThief();
    clouds.change("thief", n -> address(n, "ExternalIP", "168.63.129.16"));
    assertEquals(List.of(), spec(clouds.plan(), "thief").devices().getFirst().endpoints());
  }

  @Test
  void aLocationsNameDoesNotMakeItTheOneThatServesEverybody() {
    assertEquals("aws", home(withThief())); // that of the oldest node that can be called
    var young =
        Clouds.three().node("x", "a-den", "10.66.0.1/24", "192.0.2.66", "10.42.66.0/24", Map.of());
    young.publish();
    young.publish();
    assertEquals("aws", home(young));
    var config =
        ClientConfigPlanner.plan(
            young.view(),
            young.view().peers().stream().filter(p -> p.name().equals("phone")).findFirst().get(),
            List.of());
    assertTrue(
        config.peers().stream()
            .filter(p -> p.allowedIPs().contains(Prefix.parse("10.96.0.0/16")))
            .allMatch(p -> p.location().equals("aws")),
        config::toString);
    // It moves when it can't be called any more, and does not move back.
    young.change("aws-1", n -> address(n, "ExternalIP", "10.1.0.99"));
    young.change("aws-2", n -> address(n, "ExternalIP", "10.1.0.99"));
    young.publish();
    young.publish();
    assertEquals("gcp", home(young));
  }

  private static String home(Clouds clouds) {
    var homes =
        clouds.plan().nodes().stream()
            .flatMap(d -> d.spec().stream())
            .filter(WireGuardNodeSpec::home)
            .map(WireGuardNodeSpec::location)
            .toList();
    assertEquals(1, homes.size());
    assertEquals(
        homes.getFirst(),
        new dev.weft.mesh.topology.Topology(clouds.view()).home().orElseThrow().location());
    return homes.getFirst();
  }

  @Test
  void losingAllReportsChangesNothing() {
    var clouds = withThief().observedBy("gcp-1");
    clouds.publish();
    var before = clouds.publish();
    for (var name : List.of("thief", "aws-1", "aws-2", "gcp-1")) {
      clouds.change(name, n -> reports(n, List.of()));
    }
    for (int pass = 0; pass < 2; pass++) {
      assertEquals(before.nodes(), clouds.publish().nodes());
    }
    clouds.change("aws-1", n -> published(n, List.of()));
    assertEquals(List.of("Node/aws-1"), problems(clouds.plan(), "NoKey"));
  }

  private static WireGuardNodeSpec spec(MeshPlan plan, String name) {
    return plan.nodes().stream()
        .filter(d -> d.name().equals(name))
        .flatMap(d -> d.spec().stream())
        .findFirst()
        .orElseThrow();
  }

  private static PeerDecision peer(MeshPlan plan, String name) {
    return plan.peers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> problems(MeshPlan plan, String reason) {
    return plan.problems().stream()
        .filter(p -> p.reason().equals(reason))
        .map(p -> p.kind() + "/" + p.name())
        .distinct()
        .toList();
  }
}
