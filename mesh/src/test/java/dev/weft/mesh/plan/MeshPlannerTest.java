package dev.weft.mesh.plan;

import static dev.weft.mesh.fixture.NodeEdits.annotated;
import static dev.weft.mesh.fixture.NodeEdits.liveness;
import static dev.weft.mesh.fixture.NodeEdits.reportedAt;
import static dev.weft.mesh.fixture.NodeEdits.reporting;
import static dev.weft.mesh.fixture.NodeEdits.reportingPeers;
import static dev.weft.mesh.fixture.NodeEdits.reports;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EncapsulationMode;
import dev.weft.api.v1alpha1.EncapsulationProtocol;
import dev.weft.api.v1alpha1.Granularity;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Overlay;
import dev.weft.api.v1alpha1.PeerEndpoint;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.PodNetworkOwner;
import dev.weft.api.v1alpha1.ReportedPeer;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.PeerEdits;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.snapshot.ClusterSnapshot;
import dev.weft.mesh.snapshot.Liveness;
import dev.weft.mesh.snapshot.PeerInput;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeshPlannerTest {
  @Test
  void gatewaysAreTheFirstByNameAmongThoseWithAnEndpoint() {
    assertEquals(
        Map.of(
            "aws-1", "GATEWAY", "aws-2", "MEMBER", "gcp-1", "GATEWAY", "gcp-2", "MEMBER", "home-1",
            "GATEWAY"),
        roles(Clouds.three().plan()));
  }

  @Test
  void aHealthyGatewayKeepsItsRoleWhenABetterOneComes() {
    var clouds = Clouds.three();
    clouds.publish();
    clouds.node("aws-0", "aws", "10.1.0.10/24", "192.0.2.10", "10.42.9.0/24", Map.of());
    assertEquals("GATEWAY", roles(clouds.plan()).get("aws-1"));
    assertEquals("MEMBER", roles(clouds.plan()).get("aws-0"));
  }

  @ParameterizedTest
  @CsvSource({"true, aws-2", "false, aws-1"})
  void anAnnotatedNodeIsPreferredOrNeverChosen(String annotation, String gateway) {
    var clouds = Clouds.three();
    clouds.publish();
    clouds.change("aws-2", n -> annotated(n, Map.of("weft.dev/gateway", annotation)));
    assertEquals("GATEWAY", roles(clouds.plan()).get(gateway));
    clouds.change("aws-1", n -> annotated(n, Map.of("weft.dev/gateway", "false")));
    clouds.change("aws-2", n -> annotated(n, Map.of()));
    assertEquals("GATEWAY", roles(clouds.plan()).get("aws-2"));
  }

  @Test
  void aGatewayWhoseLeaseHasRunOutIsReplacedAndAllDeadMeansNobodyIsBlamed() {
    var clouds = Clouds.three();
    clouds.publish();
    clouds.change("aws-1", n -> liveness(n, Liveness.EXPIRED));
    assertEquals("GATEWAY", roles(clouds.plan()).get("aws-2"));
    clouds.change("aws-2", n -> liveness(n, Liveness.EXPIRED));
    assertEquals("GATEWAY", roles(clouds.plan()).get("aws-1"));
  }

  @Test
  void aLocationWithoutAGatewayWaitsShortlyForABetterNodeThanTheFirstThatReports() {
    var clouds = Clouds.three();
    clouds.change("aws-1", n -> reportedAt(reports(n, List.of()), ""));
    clouds.change("aws-2", n -> reportedAt(n, "2027-01-15T08:00:00Z"));
    var waiting = planAt(clouds, "2027-01-15T08:00:04Z");
    assertEquals("MEMBER", roles(waiting).get("aws-2"));
    assertEquals("GATEWAY", roles(waiting).get("gcp-1"));
    assertEquals(
        Instant.parse("2027-01-15T08:00:05Z").getEpochSecond(), waiting.replanAtEpochSecond());

    var settled = planAt(clouds, "2027-01-15T08:00:05Z");
    assertEquals("GATEWAY", roles(settled).get("aws-2"));
    assertEquals(0, settled.replanAtEpochSecond());
    assertEquals(
        "GATEWAY", roles(planAt(clouds, "2027-01-15T07:59:00Z")).get("aws-2"), "a clock is wrong");

    clouds.change("aws-1", n -> reportedAt(reporting(n, "aws-1"), ""));
    assertEquals("GATEWAY", roles(planAt(clouds, "2027-01-15T08:00:01Z")).get("aws-1"));
  }

  @Test
  void ofTwoPeersOfOneSecondTheOneInForceIsTheOlder() {
    var clouds = Clouds.three();
    clouds.publish();
    var phone =
        clouds.snapshot().peers().stream().filter(p -> p.name().equals("phone")).findFirst();
    clouds.peer("a-thief", "10.5.0.0/24");
    var twins =
        clouds.snapshot().peers().stream()
            .map(p -> new PeerInput(p.name(), phone.get().createdAt(), p.spec(), p.effective()))
            .toList();
    var s = clouds.snapshot();
    var plan =
        MeshPlanner.plan(
            new ClusterSnapshot(
                s.meshes(), s.nodes(), twins, s.unresolvedNames(), s.nowEpochSecond()));
    assertProblem(plan, "Peer/a-thief", "OverlapsPeer", "phone");
    assertEquals(List.of("10.5.0.1/32"), effective(plan, "phone"));
  }

  @Test
  void twoBehindNatAreToldWhereOthersSeeThem() {
    var clouds =
        Clouds.three().node("office-1", "office", "192.168.1.11/24", "", "10.42.6.0/24", Map.of());
    assertTrue(
        clouds.plan().problems().stream().anyMatch(p -> p.reason().equals("NoPath")),
        "home and office can't meet while nobody sees them");
    clouds.observedBy("gcp-1");
    var plan = clouds.publish();
    assertTrue(plan.problems().stream().noneMatch(p -> p.reason().equals("NoPath")));
    var home = observed(plan, "home-1");
    assertEquals(1, home.size());
    assertEquals(List.of(), observed(plan, "aws-1"));

    // Whoever saw them being away is no reason to forget where they are.
    clouds.remove("gcp-1");
    assertEquals(home, observed(clouds.plan(), "home-1"));
  }

  @Test
  void aNewGatewayIsPublishedBeforeTheOldOneIsWithdrawn() {
    var clouds = Clouds.three();
    clouds.publish();
    clouds.change("aws-1", n -> liveness(n, Liveness.EXPIRED));
    var order = clouds.plan().nodes().stream().map(NodeDecision::name).toList();
    assertTrue(order.indexOf("aws-2") < order.indexOf("aws-1"), order.toString());
  }

  @ParameterizedTest
  @EnumSource(Granularity.class)
  void aSixthNodeChangesNothingOfTheOthers(Granularity granularity) {
    var clouds = Clouds.three().granularity(granularity);
    var before = specs(clouds.publish());
    clouds.node("aws-0", "aws", "10.1.0.10/24", "192.0.2.10", "10.42.9.0/24", Map.of());
    var after = specs(clouds.plan());
    before.forEach((name, spec) -> assertEquals(spec, after.get(name)));
    assertEquals(6, after.size());
  }

  @Test
  void addressesStayWhenOthersGoAndAreReusedOnlyThen() {
    var clouds = Clouds.three();
    var before = specs(clouds.publish());
    clouds.remove("aws-2");
    clouds.node("new-1", "new", "10.9.0.1/24", "", "10.42.8.0/24", Map.of());
    var after = specs(clouds.publish());
    for (var name : List.of("aws-1", "gcp-1", "gcp-2", "home-1")) {
      assertEquals(spec(before, name).addresses(), spec(after, name).addresses());
    }
    assertEquals(spec(before, "aws-2").addresses(), spec(after, "new-1").addresses());
  }

  @Test
  void aPeerKeepsItsAllocatedAddressBesideNewNodes() {
    var clouds = Clouds.three().peer("laptop");
    clouds.publish();
    var first = effective(clouds.plan(), "laptop");
    clouds.node("zzz", "zzz", "10.9.0.1/24", "", "10.42.8.0/24", Map.of());
    clouds.publish();
    assertEquals(first, effective(clouds.plan(), "laptop"));
    var all = specs(clouds.plan()).values().stream().flatMap(s -> s.addresses().stream()).toList();
    assertFalse(all.contains(first.getFirst().replace("/32", "")), first + " in " + all);
  }

  @Test
  void aClonedNodeIsLeftOutAndBothAreNamed() {
    var clouds = Clouds.three();
    clouds.change("gcp-2", n -> reporting(n, "aws-1"));
    var plan = clouds.plan();
    assertEquals(List.of(), spec(specs(plan), "gcp-2").devices());
    assertProblem(plan, "Node/gcp-2", "DuplicateKey", "Node aws-1");
    assertEquals(1, spec(specs(plan), "aws-1").devices().size());
  }

  @Test
  void anOverlappingPodCIDRIsLeftOutAndTheRestStays() {
    var clouds =
        Clouds.three().node("late", "late", "10.9.0.1/24", "192.0.2.99", "10.42.1.0/25", Map.of());
    var plan = clouds.plan();
    assertProblem(plan, "Node/late", "OverlapsPodCIDR", "Node aws-1");
    assertEquals(List.of(), spec(specs(plan), "late").podCIDRs());
    assertEquals(1, spec(specs(plan), "late").devices().size());
    assertEquals(List.of("10.42.1.0/24"), spec(specs(plan), "aws-1").podCIDRs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weft.dev/endpoint | 192.0.2.1 | InvalidEndpoint",
        "weft.dev/listen-port | 70000 | InvalidPort",
        "weft.dev/internal-ip | 8.8.8.8 | InternalIPNotAllowed",
        "weft.dev/internal-ip | fish | InvalidInternalIP",
        "weft.dev/gateway | maybe | InvalidValue",
        "weft.dev/drain | yes | InvalidValue",
        "weft.dev/persistent-keepalive | soon | InvalidDuration",
        "weft.dev/location | a b | InvalidLocation",
        "weft.dev/location-cidrs | 0.0.0.0/0 | LocationCIDRNotAllowed",
        "weft.dev/location-cidrs | 10.42.0.0/24 | OverlapsPodCIDR",
        "weft.dev/location-cidrs | 10.4.0.0/24 | OverlapsMeshAddresses",
        "weft.dev/location-cidrs | 10.96.0.0/24 | OverlapsServiceCIDR",
        "weft.dev/location-cidrs | 172.16.0.1/12 | InvalidPrefix"
      })
  void aBadAnnotationIsNamedAndTheNodeKeepsTheRest(String annotation, String value, String reason) {
    var clouds = Clouds.three();
    clouds.change("aws-1", n -> annotated(n, Map.of(annotation, value)));
    var plan = clouds.plan();
    var problem =
        plan.problems().stream().filter(p -> p.reason().equals(reason)).findFirst().orElseThrow();
    assertEquals("Node/aws-1", problem.kind() + "/" + problem.name());
    assertTrue(
        problem.field().contains(annotation) || problem.field().contains("weft.dev/location-cidrs"),
        problem.toString());
    var spec = spec(specs(plan), "aws-1");
    assertEquals(List.of("10.42.1.0/24"), spec.podCIDRs());
    assertEquals(List.of("192.0.2.11:51820"), spec.device(0).orElseThrow().endpoints());
    assertEquals("aws", spec.location());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.42.1.0/28 | OverlapsPodCIDR | WireGuardMesh mesh",
        "10.4.0.1/32 | OverlapsNodeAddress | Node aws-1",
        "10.4.0.0/24 | OverlapsMeshAddresses | WireGuardMesh mesh",
        "10.96.0.10/32 | OverlapsServiceCIDR | WireGuardMesh mesh",
        "10.1.0.0/16 | OverlapsNodeAddress | Node aws-1",
        "10.6.0.128/25 | OverlapsPeer | Peer office",
        "192.168.5.0/24 | OverlapsLocationCIDR | Node gcp-1",
        "0.0.0.0/0 | DefaultRoute | internet",
        "::/0 | DefaultRoute | internet",
        "127.0.0.1/32 | InvalidPrefix | loopback",
        "10.7.0.1/24 | InvalidPrefix | host bits",
        "fish | InvalidPrefix | fish"
      })
  void aPeerThatClaimsWhatIsAnothersIsRefusedByName(String prefix, String reason, String named) {
    var clouds = Clouds.three();
    var before = specs(clouds.plan());
    clouds.peer("greedy", "10.7.7.0/24", prefix);
    var plan = clouds.plan();
    assertProblem(plan, "Peer/greedy", reason, named);
    assertEquals(List.of("10.7.7.0/24"), effective(plan, "greedy"));
    assertFalse(decision(plan, "greedy").accepted());
    assertEquals(before, specs(plan));
    assertEquals(List.of("10.6.0.0/24"), effective(plan, "office"));
  }

  @Test
  void aPeerWithAUsedKeyIsRefused() {
    var clouds =
        Clouds.three().peer("thief", peer(Clouds.key("aws-1").text(), null, "10.7.0.0/24"));
    assertProblem(clouds.plan(), "Peer/thief", "DuplicateKey", "Node aws-1");
    clouds.peer("thief", peer(Clouds.key("phone").text(), null, "10.7.0.0/24"));
    assertProblem(clouds.plan(), "Peer/thief", "DuplicateKey", "Peer phone");
    assertEquals(List.of("10.5.0.1/32"), effective(clouds.plan(), "phone"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"office", "aws-1"})
  void anOlderPeerDoesNotTakeAKeyThatAnotherHasInForce(String holder) {
    var clouds = Clouds.three();
    clouds.publish();
    var now = clouds.snapshot();
    assertEquals("phone", now.peers().getFirst().name(), "the oldest Peer");
    var taken = peer(Clouds.key(holder).text(), null, "10.5.0.1/32");
    var edited =
        now.peers().stream()
            .map(
                p ->
                    p.name().equals("phone")
                        ? new dev.weft.mesh.snapshot.PeerInput(
                            p.name(), p.createdAt(), taken, p.effective())
                        : p)
            .toList();
    var plan =
        MeshPlanner.plan(
            new dev.weft.mesh.snapshot.ClusterSnapshot(
                now.meshes(), now.nodes(), edited, now.unresolvedNames(), now.nowEpochSecond()));
    assertProblem(plan, "Peer/phone", "DuplicateKey", holder);
    assertEquals(
        Clouds.key("office").text(), decision(plan, "office").effective().getFirst().publicKey());
    assertEquals(
        Clouds.key("aws-1").text(), spec(specs(plan), "aws-1").devices().getFirst().publicKey());
  }

  /** They read overlay alone, and would attach pods where it names no CNI. */
  @Test
  void whatIsInForceNamesACniForAgentsOfTheReleaseBefore() {
    var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
    for (var one : List.of("External", "Weft")) {
      var wanted =
          mapper.convertValue(
              Map.of("addresses", List.of("10.4.0.0/16"), "podNetwork", one),
              dev.weft.api.v1alpha1.WireGuardMeshSpec.class);
      var decision =
          MeshCheck.check(new dev.weft.mesh.snapshot.MeshInput("mesh", "", wanted, List.of()));
      var inForce = mapper.convertValue(decision.effective().getFirst(), Map.class);
      assertEquals(one.equals("External") ? "Cilium" : null, inForce.remove("overlay"));
      var asked = mapper.convertValue(wanted, Map.class);
      assertEquals(asked, inForce);
      assertEquals(List.of(), decision.problems());
    }
  }

  @Test
  void aPeerThatBecomesBadKeepsWhatWasAccepted() {
    var clouds = Clouds.three().peer("site", "10.7.0.0/24", "10.8.0.0/24");
    clouds.publish();
    var before = clouds.snapshot().peers().getLast().effective();
    clouds.peer("site", "10.7.0.0/24", "10.42.0.0/16");
    var changed = clouds.snapshot();
    var withOld =
        new dev.weft.mesh.snapshot.ClusterSnapshot(
            changed.meshes(),
            changed.nodes(),
            changed.peers().stream()
                .map(
                    p ->
                        p.name().equals("site")
                            ? new dev.weft.mesh.snapshot.PeerInput(
                                p.name(), p.createdAt(), p.spec(), before)
                            : p)
                .toList(),
            changed.unresolvedNames(),
            changed.nowEpochSecond());
    var plan = MeshPlanner.plan(withOld);
    assertEquals(List.of("10.7.0.0/24", "10.8.0.0/24"), effective(plan, "site"));
    assertProblem(plan, "Peer/site", "OverlapsPodCIDR", "10.42.0.0/16");
  }

  @Test
  void anExpiredOrDisabledPeerIsTakenOff() {
    var expired =
        new PeerSpec(
            null,
            Clouds.key("x").text(),
            null,
            null,
            List.of("10.7.0.0/24"),
            null,
            null,
            null,
            null,
            List.of(),
            "2020-01-01T00:00:00Z",
            null);
    var plan = Clouds.three().peer("old", expired).plan();
    assertProblem(plan, "Peer/old", "Expired", "2020-01-01T00:00:00Z");
    assertEquals(List.of(), decision(plan, "old").effective());
  }

  @Test
  void anUnresolvedNameIsAWarningAndThePeerStays() {
    var clouds =
        Clouds.three()
            .peer(
                "far",
                peer(
                    Clouds.key("far").text(),
                    new PeerEndpoint("nope.example.com", 51820),
                    "10.7.0.0/24"));
    var snapshot = clouds.snapshot();
    var plan =
        MeshPlanner.plan(
            new dev.weft.mesh.snapshot.ClusterSnapshot(
                snapshot.meshes(),
                snapshot.nodes(),
                snapshot.peers(),
                java.util.Set.of("nope.example.com"),
                snapshot.nowEpochSecond()));
    assertProblem(plan, "Peer/far", "EndpointUnresolved", "nope.example.com");
    assertTrue(decision(plan, "far").accepted());
    assertEquals(List.of("10.7.0.0/24"), effective(plan, "far"));
  }

  @Test
  void kilosAnnotationsAreReadWhereWeftsAreAbsent() {
    var clouds = Clouds.three();
    clouds.change(
        "home-1",
        n ->
            annotated(
                n,
                Map.of(
                    "kilo.squat.ai/location", "attic",
                    "kilo.squat.ai/force-endpoint", "home.example.com:51821",
                    "kilo.squat.ai/force-internal-ip", "192.168.77.99/24",
                    "kilo.squat.ai/persistent-keepalive", "10",
                    "kilo.squat.ai/allowed-location-ips", "172.20.0.0/16",
                    "weft.dev/listen-port", "51999")));
    var spec = spec(specs(clouds.plan()), "home-1");
    assertEquals("attic", spec.location());
    assertEquals(List.of("home.example.com:51821"), spec.device(0).orElseThrow().endpoints());
    assertEquals(51999, spec.device(0).orElseThrow().listenPort());
    assertEquals(List.of("192.168.77.99"), spec.internalIPs());
    assertEquals("10s", spec.persistentKeepalive());
    assertEquals(List.of("172.20.0.0/16"), spec.locationCIDRs());
  }

  /** Kilo's agent writes an internal address there if it finds no other; a person forces one. */
  @Test
  void aPrivateEndpointOfKilosIsNoneUnlessAPersonForcedIt() {
    assertEquals(List.of(), endpointsWith("kilo.squat.ai/endpoint", "192.168.77.11:51820"));
    assertEquals(
        List.of("203.0.113.7:51820"), endpointsWith("kilo.squat.ai/endpoint", "203.0.113.7:51820"));
    assertEquals(
        List.of("home.example.com:51820"),
        endpointsWith("kilo.squat.ai/endpoint", "home.example.com:51820"));
    assertEquals(
        List.of("192.168.77.11:51820"),
        endpointsWith("kilo.squat.ai/force-endpoint", "192.168.77.11:51820"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"force-internal-ip", "internal-ip"})
  void nothingInKilosAnnotationSwitchesTheInternalIPOff(String annotation) {
    for (var off : List.of("", "-", " ")) {
      var clouds = Clouds.three();
      clouds.change("aws-2", n -> annotated(n, Map.of("kilo.squat.ai/" + annotation, off)));
      var plan = clouds.plan();
      assertEquals("node:aws-2", spec(specs(plan), "aws-2").location());
      assertEquals(
          List.of(), plan.problems().stream().filter(p -> p.name().equals("aws-2")).toList());
    }
  }

  @Test
  void kilosLocationIPsAreReadByKilosRules() {
    var clouds = Clouds.three();
    clouds.change(
        "home-1",
        n ->
            annotated(
                n,
                Map.of(
                    "kilo.squat.ai/allowed-location-ips",
                    "172.20.7.1/24, 172.21.9.9, 169.254.7.0/24")));
    var plan = clouds.plan();
    assertEquals(
        List.of("metadata.annotations[kilo.squat.ai/allowed-location-ips]"),
        plan.problems().stream()
            .filter(p -> p.reason().equals("LocationCIDRNotAllowed"))
            .map(Problem::field)
            .toList());
    assertEquals(List.of("172.20.7.0/24"), spec(specs(plan), "home-1").locationCIDRs());
    assertProblem(plan, "Node/home-1", "HostBits", "172.20.7.0/24");
    assertProblem(plan, "Node/home-1", "InvalidPrefix", "172.21.9.9");
  }

  private static List<String> endpointsWith(String annotation, String value) {
    var clouds = Clouds.three();
    clouds.change("home-1", n -> annotated(n, Map.of(annotation, value)));
    return spec(specs(clouds.plan()), "home-1").device(0).orElseThrow().endpoints();
  }

  @Test
  void aNodeWithoutAnInternalIPIsALocationOfItsOwn() {
    var clouds = Clouds.three();
    clouds.change("aws-2", n -> annotated(n, Map.of("weft.dev/internal-ip", "-")));
    var spec = spec(specs(clouds.plan()), "aws-2");
    assertEquals("node:aws-2", spec.location());
    assertEquals(NodeRole.GATEWAY, spec.role());
  }

  @Test
  void onlyNodesBehindNatKeepTheirTunnelsAlive() {
    var specs = specs(Clouds.three().plan());
    assertEquals("25s", spec(specs, "home-1").persistentKeepalive());
    assertEquals(null, spec(specs, "aws-1").persistentKeepalive());
  }

  @ParameterizedTest
  @CsvSource({
    "EXTERNAL, CROSS_SUBNET, IPIP, 1",
    "EXTERNAL, NEVER, IPIP, 0",
    "EXTERNAL, CROSS_SUBNET, AUTO, 0",
    "WEFT, CROSS_SUBNET, IPIP, 0"
  })
  void ipipThatWouldTakeAnotherCnisPacketsIsReported(
      PodNetworkOwner owner, EncapsulationMode mode, EncapsulationProtocol protocol, int times) {
    var plan = Clouds.three().podNetwork(owner).encapsulation(mode, protocol).plan();
    assertEquals(
        times,
        plan.problems().stream().filter(p -> p.reason().equals("IPIPBesideOtherCNI")).count());
  }

  @ParameterizedTest
  @CsvSource({"FLANNEL, Flannel", "CALICO, Calico", "CILIUM, Cilium", "NONE, "})
  void aMeshThatSaysOverlayKeepsItsMeaningAndReadsWhatToWrite(
      Overlay overlay, @Nullable String value) {
    var clouds = Clouds.three().overlay(overlay);
    boolean external = value != null;
    assertEquals(external, clouds.view().mesh().spec().besideOtherCni());
    var said =
        clouds.plan().problems().stream().filter(p -> p.reason().equals("Deprecated")).toList();
    assertEquals(external ? 1 : 0, said.size());
    said.forEach(
        p ->
            assertTrue(
                p.message().startsWith("'" + value + "' means podNetwork: External"), p::message));
  }

  @Test
  void podNetworkWinsOverOverlay() {
    var weft = Clouds.three().overlay(Overlay.FLANNEL).podNetwork(PodNetworkOwner.WEFT);
    assertFalse(weft.view().mesh().spec().besideOtherCni());
    var external = Clouds.three().overlay(Overlay.NONE).podNetwork(PodNetworkOwner.EXTERNAL);
    assertTrue(external.view().mesh().spec().besideOtherCni());
    assertFalse(Clouds.three().view().mesh().spec().besideOtherCni());
  }

  static PeerSpec peer(String key, @Nullable PeerEndpoint endpoint, String... allowed) {
    return new PeerSpec(
        null, key, null, null, List.of(allowed), endpoint, null, null, null, List.of(), null, null);
  }

  private static PeerDecision decision(MeshPlan plan, String peer) {
    return plan.peers().stream().filter(p -> p.name().equals(peer)).findFirst().orElseThrow();
  }

  private static List<String> effective(MeshPlan plan, String peer) {
    return decision(plan, peer).effective().getFirst().allowedIPs();
  }

  private static void assertProblem(MeshPlan plan, String object, String reason, String part) {
    assertTrue(
        plan.problems().stream()
            .anyMatch(
                p ->
                    (p.kind() + "/" + p.name()).equals(object)
                        && p.reason().equals(reason)
                        && p.message().contains(part)),
        () -> object + " " + reason + " " + part + " not in " + plan.problems());
  }

  private static WireGuardNodeSpec spec(Map<String, WireGuardNodeSpec> specs, String name) {
    return java.util.Objects.requireNonNull(specs.get(name), name);
  }

  private static Map<String, WireGuardNodeSpec> specs(MeshPlan plan) {
    return plan.nodes().stream()
        .collect(
            Collectors.toMap(
                NodeDecision::name, d -> d.spec().getFirst(), (a, b) -> a, TreeMap::new));
  }

  private static Map<String, String> roles(MeshPlan plan) {
    var roles = new HashMap<String, String>();
    specs(plan).forEach((name, spec) -> roles.put(name, spec.role().name()));
    return roles;
  }

  private static MeshPlan planBeside(Clouds clouds, String... apiServers) {
    var s = clouds.snapshot();
    return MeshPlanner.plan(
        new ClusterSnapshot(
            s.meshes(),
            s.nodes(),
            s.peers(),
            s.unresolvedNames(),
            s.nowEpochSecond(),
            List.of(apiServers).stream().map(IpAddress::parse).toList()));
  }

  @Test
  void nobodyMayCoverTheApiServer() {
    var clouds =
        Clouds.three()
            .peer("vpn", "172.20.0.0/16")
            .peer("exact", "172.21.0.1/32")
            .node(
                "new-1",
                "new",
                "10.9.0.1/24",
                "",
                "10.42.9.0/24",
                Map.of("weft.dev/location-cidrs", "172.23.0.0/16, 172.24.0.0/16"));
    var plan = planBeside(clouds, "172.20.9.9", "172.21.0.1", "10.42.9.7", "172.23.0.9");
    assertProblem(plan, "Peer/vpn", "OverlapsApiServer", "172.20.9.9/32");
    assertProblem(plan, "Peer/exact", "OverlapsApiServer", "kubernetes");
    assertProblem(plan, "Node/new-1", "OverlapsApiServer", "10.42.9.0/24");
    assertProblem(plan, "Node/new-1", "OverlapsApiServer", "172.23.0.0/16");
    var spec = specs(plan).get("new-1");
    assertEquals(List.of(), Objects.requireNonNull(spec).podCIDRs());
    assertEquals(List.of("172.24.0.0/16"), spec.locationCIDRs());
  }

  /**
   * Nothing else takes what is in force, but without the API server nothing could be taken back.
   */
  @Test
  void anAddressOfTheApiServerEndsWhatCoversItInForceToo() {
    var clouds = Clouds.three();
    clouds.publish();
    clouds.publish();
    assertEquals(List.of(), planBeside(clouds, "172.20.9.9").problems());
    var plan = planBeside(clouds, "10.6.0.9", "10.42.1.7", "192.168.0.9");
    assertProblem(plan, "Peer/office", "OverlapsApiServer", "10.6.0.9/32");
    assertEquals(List.of(), decision(plan, "office").effective());
    assertProblem(plan, "Node/aws-1", "OverlapsApiServer", "10.42.1.7/32");
    assertEquals(List.of(), spec(specs(plan), "aws-1").podCIDRs());
    assertEquals(List.of("203.0.113.0/24"), spec(specs(plan), "gcp-1").locationCIDRs());
    assertEquals(List.of("10.42.2.0/24"), spec(specs(plan), "aws-2").podCIDRs());
  }

  @Test
  void aPeersNameThatLeadsWhereNoOtherMachineIsIsRefused() {
    var clouds =
        Clouds.three().edit("office", s -> PeerEdits.withEndpoint(s, "vpn.example.net", 51820));
    var s = clouds.snapshot();
    for (var address : List.of("127.0.0.1", "169.254.169.254", "fd00:ec2::254", "fe80::1")) {
      var plan =
          MeshPlanner.plan(
              new ClusterSnapshot(
                  s.meshes(),
                  s.nodes(),
                  s.peers(),
                  s.unresolvedNames(),
                  s.nowEpochSecond(),
                  List.of(),
                  Map.of("vpn.example.net", IpAddress.parse(address))));
      assertProblem(plan, "Peer/office", "InvalidEndpoint", "leads to " + address);
    }
    assertTrue(
        MeshPlanner.plan(s).problems().stream()
            .noneMatch(p -> p.reason().equals("InvalidEndpoint")));
  }

  @Test
  void tunnelsAtInternalAddressesEndTheComplaintThatThereIsNoWay() {
    var clouds =
        Clouds.three().node("office-1", "office", "192.168.1.11/24", "", "10.42.6.0/24", Map.of());
    assertTrue(clouds.plan().problems().stream().anyMatch(p -> p.reason().equals("NoPath")));
    for (var ends : Map.of("home-1", "office-1", "office-1", "home-1").entrySet()) {
      var peers =
          List.of(new ReportedPeer(Clouds.key(ends.getValue()).text(), "Fresh", null, true));
      clouds.change(ends.getKey(), n -> reportingPeers(n, peers));
    }
    assertTrue(clouds.plan().problems().stream().noneMatch(p -> p.reason().equals("NoPath")));
  }

  @Test
  void aNodeMayBeTheApiServerAndItsLocationMayHoldIt() {
    var clouds =
        Clouds.three()
            .allowLocationCIDRs("10.1.0.0/16")
            .change("aws-2", n -> annotated(n, Map.of("weft.dev/location-cidrs", "10.1.0.0/16")))
            .peer("thief", "10.1.0.11/32");
    var plan = planBeside(clouds, "10.1.0.11");
    assertEquals(
        List.of("10.1.0.11"), Objects.requireNonNull(specs(plan).get("aws-1")).meshedIPs());
    assertEquals(
        List.of("10.1.0.0/16"), Objects.requireNonNull(specs(plan).get("aws-2")).locationCIDRs());
    assertProblem(plan, "Peer/thief", "OverlapsLocationCIDR", "10.1.0.11");
    // That the node is the API server makes its address no less a node's to other locations.
    clouds
        .remove("aws-2")
        .change("gcp-1", n -> annotated(n, Map.of("weft.dev/location-cidrs", "10.1.0.0/16")));
    assertProblem(planBeside(clouds, "10.1.0.11"), "Node/gcp-1", "OverlapsNodeAddress", "aws-1");
  }

  private static List<String> observed(MeshPlan plan, String node) {
    return plan.nodes().stream()
        .filter(d -> d.name().equals(node))
        .flatMap(d -> d.spec().stream())
        .flatMap(spec -> spec.devices().stream())
        .flatMap(device -> device.observedEndpoints().stream())
        .toList();
  }

  private static MeshPlan planAt(Clouds clouds, String now) {
    var s = clouds.snapshot();
    return MeshPlanner.plan(
        new ClusterSnapshot(
            s.meshes(),
            s.nodes(),
            s.peers(),
            s.unresolvedNames(),
            Instant.parse(now).getEpochSecond()));
  }
}
