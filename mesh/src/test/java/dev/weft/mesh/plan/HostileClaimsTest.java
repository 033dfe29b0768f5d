package dev.weft.mesh.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.ObservedEndpoint;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.fixture.NodeEdits;
import dev.weft.mesh.fixture.PeerEdits;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.snapshot.NodeAddress;
import dev.weft.mesh.snapshot.NodeInput;
import dev.weft.mesh.view.NodeFacts;
import dev.weft.mesh.walk.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts of a stolen kubelet, a lying agent and a hostile Peer, and what becomes of others. */
class HostileClaimsTest {
  private static final Set<String> OTHERS = Set.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1");

  /** The oldest node is the thief's. */
  private static Clouds withThief() {
    var clouds =
        new Clouds()
            .node("thief", "den", "10.66.0.1/24", "", "10.42.66.0/24", Map.of())
            .node("aws-1", "aws", "10.1.0.11/24", "192.0.2.11", "10.42.1.0/24", Map.of())
            .node("aws-2", "aws", "10.1.0.12/24", "192.0.2.12", "10.42.2.0/24", Map.of())
            .node("gcp-1", "gcp", "10.2.0.11/24", "198.51.100.11", "10.42.3.0/24", Map.of())
            .node("home-1", "home", "192.168.77.11/24", "", "10.42.5.0/24", Map.of())
            .peer("office", "10.6.0.0/24");
    clouds.publish();
    clouds.publish();
    return clouds;
  }

  private static List<WireGuardNodeSpec> others(MeshPlan plan) {
    return plan.nodes().stream()
        .filter(n -> OTHERS.contains(n.name()))
        .flatMap(n -> n.spec().stream())
        .toList();
  }

  private static WireGuardNodeSpec spec(MeshPlan plan, String name) {
    return plan.nodes().stream()
        .filter(n -> n.name().equals(name))
        .flatMap(n -> n.spec().stream())
        .findFirst()
        .orElseThrow();
  }

  private static PeerDecision peer(MeshPlan plan, String name) {
    return plan.peers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private static void assertNothingChangesForOthers(UnaryOperator<NodeInput> theft) {
    var clouds = withThief();
    var before = clouds.plan();
    clouds.change("thief", theft);
    for (int pass = 0; pass < 3; pass++) {
      var after = clouds.publish();
      assertEquals(others(before), others(after), "pass " + pass);
      assertEquals(peer(before, "office"), peer(after, "office"), "pass " + pass);
    }
  }

  /**
   * A private address is an internal one. Hosts whose agents have reached the API server there
   * beside the mesh go on doing so; pods of other locations lose it, as any other port of it.
   */
  @Test
  void aPrivateAddressOfTheApiServerThatAKubeletListsGetsNoCallOfAHost() {
    var api = Endpoint.parse("172.31.0.5:6443");
    var address = api.address().orElseThrow();
    var clouds = withThief();
    clouds.change("thief", n -> NodeEdits.address(n, "InternalIP", address.toString()));
    clouds.publish();
    var view = clouds.view();
    var states = new HashMap<>(clouds.states(view));
    var hosts = Map.of("aws-1", "10.1.0.11", "gcp-1", "10.2.0.11", "home-1", "192.168.77.11");
    for (var name : hosts.keySet()) {
      var f = clouds.facts(name);
      var facts =
          new NodeFacts(
              name, f.links(), f.resolvedNames(), List.of(api), true, f.egress(), f.neighbours());
      states.put(name, DataplanePlanner.plan(view, facts, Clouds.secrets(name)));
    }
    var walk = clouds.walk(states);
    hosts.forEach(
        (name, text) -> {
          var host = IpAddress.parse(text);
          var pod = view.node(name).orElseThrow().podCIDRs().getFirst().address().plus(7);
          var call = walk.walk(name, host, address, api.port());
          assertEquals(new Outcome.Left(List.of(name)), call);
          for (var other :
              List.of(walk.walk(name, host, address, 22), walk.walk(name, pod, address, 6443))) {
            assertEquals("thief", other.path().getLast(), other::toString);
          }
        });
  }

  /** A public address is no internal one to other locations. */
  @ParameterizedTest
  @ValueSource(strings = {"InternalIP", "ExternalIP"})
  void aKubeletThatListsTheApiServersAddressGetsNoCallToTheApi(String type) {
    assertNothingChangesForOthers(n -> NodeEdits.address(n, type, "203.0.113.5"));
    var clouds = withThief();
    clouds.change("thief", n -> NodeEdits.address(n, type, "203.0.113.5"));
    clouds.publish();
    assertEquals(
        type.equals("InternalIP") ? List.of() : List.of("10.66.0.1"),
        spec(clouds.plan(), "thief").meshedIPs());
    var walk = clouds.walk(clouds.states(clouds.view()));
    for (var from :
        Map.of("aws-1", "10.1.0.11", "aws-2", "10.42.2.5", "home-1", "10.42.5.5").entrySet()) {
      var outcome =
          walk.walk(
              from.getKey(),
              IpAddress.parse(from.getValue()),
              Clouds.API_SERVER.address().orElseThrow(),
              Clouds.API_SERVER.port());
      assertInstanceOf(Outcome.Left.class, outcome, outcome::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.96.0.1",
        "10.96.0.10",
        "10.4.0.1",
        "10.42.1.1",
        "10.42.3.5",
        "10.6.0.9",
        "127.0.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "224.0.0.5",
        "0.0.0.0",
        "255.255.255.255",
        "192.0.2.11",
        "10.1.0.11",
        "192.168.77.11",
        "::1",
        "fe80::1",
        "::ffff:10.1.0.11"
      })
  void anAddressOfAnotherOrAReservedOneLeadsNothingToTheThief(String address) {
    for (var type : List.of("InternalIP", "ExternalIP")) {
      assertNothingChangesForOthers(n -> NodeEdits.address(n, type, address));
      var clouds = withThief();
      clouds.change("thief", n -> NodeEdits.address(n, type, address));
      clouds.publish();
      assertFalse(spec(clouds.plan(), "thief").meshedIPs().contains(address), type);
    }
  }

  /** The mesh does not know a database's address in a private network, and so it is free. */
  @Test
  void aFreePrivateAddressIsOfWhoListsItUnlessNodeCidrsLeaveItOut() {
    var clouds = withThief();
    var before = others(clouds.plan());
    var listed = List.of("10.66.0.1", "172.20.5.5");
    clouds.change(
        "thief",
        n ->
            NodeEdits.addresses(
                n, listed.stream().map(a -> new NodeAddress("InternalIP", a)).toList()));
    assertEquals(listed, spec(clouds.publish(), "thief").meshedIPs());
    clouds.nodeCIDRs("10.0.0.0/8", "192.168.0.0/16");
    assertEquals(List.of("10.66.0.1"), spec(clouds.publish(), "thief").meshedIPs());
    assertEquals(before, others(clouds.plan()));
  }

  /** Without spec.podCIDRs it is private and neither reserved nor in force. */
  @ParameterizedTest
  @CsvSource({
    "172.20.0.0/16, true",
    "192.168.99.0/24, true",
    "100.80.0.0/16, true",
    "fd77:1::/64, true",
    "8.0.0.0/8, false",
    "203.0.113.0/28, false",
    "172.0.0.0/8, false",
    "2a00:1450::/64, false",
    "fd00::/8, false",
    "0.0.0.0/1, false",
    "169.254.0.0/16, false",
    "10.4.0.0/24, false",
    "10.96.0.0/24, false",
    "10.42.1.0/24, false",
    "10.6.0.0/24, false",
    "10.1.0.0/24, false",
  })
  void withoutPodCidrsOfTheMeshAFreePrivatePodRangeAloneIsAccepted(String range, boolean free) {
    var clouds = withThief();
    var before = others(clouds.plan());
    clouds.change("thief", n -> NodeEdits.podCIDRs(n, List.of(range)));
    assertEquals(List.of(), spec(clouds.publish(), "thief").podCIDRs());
    clouds.podCIDRs();
    var plan = clouds.publish();
    assertEquals(free ? List.of(range) : List.of(), spec(plan, "thief").podCIDRs());
    assertEquals(before, others(plan));
  }

  @Test
  void aThousandAddressesOfANodeLeaveTheRestAsItIs() {
    assertNothingChangesForOthers(n -> NodeEdits.addresses(n, "InternalIP", "10.66.1.", 1, 250));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0/0",
        "10.0.0.0/8",
        "10.42.0.0/16",
        "10.4.0.0/16",
        "10.42.1.128/25",
        "10.42.3.5/32",
        "::/0",
        "169.254.0.0/16"
      })
  void aPodRangeOverOthersIsRefused(String range) {
    assertNothingChangesForOthers(n -> NodeEdits.podCIDRs(n, List.of(range)));
  }

  @Test
  void aNodeThatMovesIntoAnotherLocationTakesNoLivingGatewaysRole() {
    assertNothingChangesForOthers(n -> NodeEdits.in(n, "aws"));
    // Nor where it would be the first choice: it alone can be called.
    var clouds = withThief();
    for (var name : List.of("aws-1", "aws-2")) {
      clouds.change(name, n -> NodeEdits.address(n, "ExternalIP", "10.1.0.99"));
    }
    clouds.publish();
    clouds.change(
        "thief", n -> NodeEdits.in(NodeEdits.address(n, "ExternalIP", "192.0.2.66"), "aws"));
    clouds.publish();
    assertEquals("aws", spec(clouds.plan(), "thief").location());
    assertTrue(spec(clouds.plan(), "aws-1").peerGateway());
  }

  @Test
  void aLyingObserverLeadsNoCallToWhereNoOtherMachineIs() {
    for (var where :
        List.of("127.0.0.1:51820", "169.254.169.254:80", "[::1]:1", "[fe80::1]:1", "a.test:1")) {
      var victim = Clouds.key("home-1").text();
      var observed = List.of(new ObservedEndpoint(victim, where));
      assertNothingChangesForOthers(n -> NodeEdits.observing(n, observed));
    }
  }

  /** The bits that base64 leaves over: another text of the same key. */
  @Test
  void aKeyInAnotherSpellingIsTheSameKeyOrNone() {
    var clouds = withThief();
    var text = Clouds.key("office").text();
    var before = clouds.plan();
    for (char last :
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray()) {
      var twin = text.substring(0, 42) + last + "=";
      clouds.peer("twin", PeerPlannerTest.spec(twin, null, false, "10.7.0.0/24"));
      var plan = clouds.plan();
      var keys =
          Stream.of("office", "twin")
              .flatMap(p -> peer(plan, p).effective().stream())
              .map(e -> List.of(java.util.Base64.getDecoder().decode(e.publicKey())[31]))
              .toList();
      assertEquals(keys.stream().distinct().toList(), keys, twin);
      assertEquals(peer(before, "office"), peer(plan, "office"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.42.0.0/17, 10.42.128.0/17",
    "10.42.1.0/25, 10.42.1.128/25",
    "10.4.0.0/17, 10.4.128.0/17",
    "10.96.0.1/32, 10.96.0.10/32",
    "192.0.2.11/32, 192.0.2.12/32",
    "10.1.0.11/32, 10.1.0.0/24",
    "::ffff:10.42.1.0/120, ::ffff:0:0/96",
    "10.6.0.0/25, 10.6.0.128/25",
  })
  void halvesAndOtherSpellingsOfWhatIsTakenAreRefusedToAPeer(String one, String other) {
    var clouds = withThief().allowPeerCIDRs("0.0.0.0/0", "::/0");
    var before = others(clouds.plan());
    clouds.peer("greedy", "10.7.7.0/24", one, other);
    var plan = clouds.publish();
    var accepted =
        peer(plan, "greedy").effective().stream()
            .flatMap(e -> e.allowedIPs().stream())
            .map(Prefix::parse)
            .toList();
    assertEquals(List.of(Prefix.parse("10.7.7.0/24")), accepted);
    assertEquals(before, others(plan));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0x7f000001",
        "a.0X7F",
        "0177.0.0.1",
        "::ffff:127.0.0.1",
        "::",
        "::1",
        "[::1]",
        "localhost",
        "LOCALHOST.",
        "x.localhost",
        "169.254.169.254",
        "fd00:ec2::254",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "127.0.0.1 ",
        "127.0.0.1\u0000.example"
      })
  void noSpellingOfTheMachineItselfIsAnEndpoint(String host) {
    var clouds = withThief();
    clouds.edit("office", s -> PeerEdits.withEndpoint(s, host, 51820));
    var after = peer(clouds.publish(), "office");
    assertFalse(after.accepted(), host);
    assertTrue(
        after.effective().stream()
            .allMatch(e -> e.endpoint() == null || !e.endpoint().host().equals(host)));
    assertNotEquals(List.of(), after.problems());
  }

  @Test
  void aHundredPeersOfOneKeyLeaveItWithTheFirst() {
    var clouds = withThief();
    var before = peer(clouds.plan(), "office");
    for (int i = 0; i < 100; i++) {
      clouds.peer(
          "a-twin-" + i,
          PeerPlannerTest.spec(Clouds.key("office").text(), null, false, "10.9." + i + ".0/24"));
    }
    var plan = clouds.publish();
    assertEquals(before, peer(plan, "office"));
    assertEquals(
        1, plan.peers().stream().filter(p -> !p.effective().isEmpty()).count(), plan::toString);
  }
}
