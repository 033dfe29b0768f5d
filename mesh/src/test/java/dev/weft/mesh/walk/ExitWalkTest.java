package dev.weft.mesh.walk;

import static dev.weft.mesh.fixture.NodeEdits.annotated;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.EgressFallback;
import dev.weft.api.v1alpha1.EgressRule;
import dev.weft.mesh.dataplane.DataplanePlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.egress.EgressPod;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.fixture.Clouds;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.NodeFacts;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is not reached by way of gcp-1, the exit of the phone's full tunnel and of home-1's pod. It
 * has a public network on-link (198.18.5.0/24) and an engine's (172.17.0.0/16).
 */
class ExitWalkTest {
  private static final String POD = "10.42.5.10";
  private static final String PHONE = "10.5.0.1";

  private static Clouds clouds() {
    return Clouds.three()
        .addresses("10.4.0.0/16", "fd04::/64")
        .egress(new EgressRule("billing", "gcp", null, new LabelSelector(), EgressFallback.DROP))
        .fullTunnel("phone", "gcp");
  }

  private static Map<String, DesiredState> states(Clouds clouds) {
    var view = clouds.view();
    var states = new HashMap<>(clouds.states(view));
    var home = clouds.facts("home-1");
    var pod = new EgressPod("team/pod", "billing", List.of(IpAddress.parse(POD)));
    var chosen =
        new NodeFacts(
            "home-1",
            home.links(),
            home.resolvedNames(),
            home.apiServers(),
            new LocalEgress(List.of(pod), Set.of(), List.of()));
    states.put("home-1", DataplanePlanner.plan(view, chosen, Clouds.secrets("home-1")));
    var gcp = clouds.facts("gcp-1");
    var links = new ArrayList<>(gcp.links());
    links.add(new LinkFacts("eth1", 1500, List.of(InterfaceAddress.parse("198.18.5.1/24"))));
    links.add(new LinkFacts("docker0", 1500, List.of(InterfaceAddress.parse("172.17.0.1/16"))));
    var exit = new NodeFacts("gcp-1", links, gcp.resolvedNames(), gcp.apiServers());
    states.put("gcp-1", DataplanePlanner.plan(view, exit, Clouds.secrets("gcp-1")));
    return states;
  }

  private static Outcome byPod(Clouds clouds, String destination) {
    return clouds
        .walk(states(clouds))
        .walk("home-1", IpAddress.parse(POD), IpAddress.parse(destination));
  }

  private static Outcome byTunnel(Clouds clouds, String destination) {
    return clouds
        .walk(states(clouds))
        .arriving("gcp-1", "weft0", IpAddress.parse(PHONE), IpAddress.parse(destination));
  }

  private static void assertRefused(Outcome outcome) {
    var dropped = assertInstanceOf(Outcome.Dropped.class, outcome, outcome::toString);
    assertEquals("gcp-1", dropped.path().getLast());
    assertTrue(dropped.reason().startsWith(Outcome.EXIT_REFUSES), dropped.reason());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.2.0.99",
        "10.200.0.1",
        "172.16.9.9",
        "172.17.0.1",
        "172.17.0.2",
        "192.168.200.1",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "169.254.169.254",
        "169.254.0.9",
        "192.0.0.192",
        "127.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.5.77"
      })
  void anExitLeadsToNoPrivateOrSpecialAddressAndToNoNetworkOfItsOwn(String destination) {
    assertRefused(byPod(clouds(), destination));
    assertRefused(byTunnel(clouds(), destination));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fd00:ec2::254",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "::1",
        "64:ff9b::a00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1"
      })
  void norInIpv6(String destination) {
    assertRefused(
        clouds()
            .walk(states(clouds()))
            .arriving("gcp-1", "weft0", IpAddress.parse("fd04::9"), IpAddress.parse(destination)));
  }

  @Test
  void theInternetAndTheMeshAreReachedAndThePublicAddressOfTheExitItself() {
    for (var destination : List.of("8.8.8.8", "198.18.6.1", "9.0.0.1")) {
      assertInstanceOf(Outcome.Left.class, byPod(clouds(), destination), destination);
      assertInstanceOf(Outcome.Left.class, byTunnel(clouds(), destination), destination);
    }
    // A node's internal address, a pod, a Service, what is behind locations.
    for (var destination :
        List.of(
            "10.2.0.12", "10.42.4.9", "10.96.0.10", "192.168.1.1", "203.0.113.9", "10.1.0.12")) {
      var outcome = byTunnel(clouds(), destination);
      assertFalse(outcome instanceof Outcome.Dropped, destination + " " + outcome);
    }
    var own = byTunnel(clouds(), "198.18.5.1");
    assertFalse(own instanceof Outcome.Dropped, own::toString);
  }

  @Test
  void aListOpensRangesButAMetadataAddressOnlyByItsName() {
    var opened = clouds().allowExitCIDRs("10.2.0.0/24", "100.64.0.0/10", "128.0.0.0/1");
    assertInstanceOf(Outcome.Left.class, byTunnel(opened, "10.2.0.99"));
    assertInstanceOf(Outcome.Left.class, byPod(opened, "10.2.0.99"));
    assertInstanceOf(Outcome.Left.class, byTunnel(opened, "100.64.0.1"));
    assertInstanceOf(Outcome.Left.class, byTunnel(opened, "198.18.5.77"));
    assertRefused(byTunnel(opened, "10.3.0.1"));
    for (var special :
        List.of("100.100.100.200", "168.63.129.16", "169.254.169.254", "224.0.0.1")) {
      assertRefused(byTunnel(opened, special));
    }
    var named = clouds().allowExitCIDRs("169.254.169.254/32", "168.63.129.16/32");
    assertInstanceOf(Outcome.Left.class, byTunnel(named, "169.254.169.254"));
    assertInstanceOf(Outcome.Left.class, byTunnel(named, "168.63.129.16"));
    assertRefused(byTunnel(named, "169.254.0.9"));
    var link = clouds().allowExitCIDRs("169.254.0.0/16");
    assertInstanceOf(Outcome.Left.class, byTunnel(link, "169.254.0.9"));
    assertRefused(byTunnel(link, "169.254.169.254"));
  }

  @Test
  void anExitLooksWhoeversAddressAPacketBears() {
    var states = states(clouds());
    assertEquals(List.of("weft0", "weftex4"), guard(states, "gcp-1").links());
    assertRefused(
        clouds()
            .walk(states)
            .arriving("gcp-1", "weftex4", IpAddress.parse("1.2.3.4"), IpAddress.parse("10.9.9.9")));
  }

  /** home-1 is no exit. It runs containers of its own and virtual machines. */
  private static Outcome atHome(Clouds clouds, String destination) {
    var view = clouds.view();
    var states = new HashMap<>(clouds.states(view));
    var home = clouds.facts("home-1");
    var links = new ArrayList<>(home.links());
    links.add(new LinkFacts("docker0", 1500, List.of(InterfaceAddress.parse("172.17.0.1/16"))));
    links.add(new LinkFacts("virbr0", 1500, List.of(InterfaceAddress.parse("192.168.122.1/24"))));
    var facts = new NodeFacts("home-1", links, home.resolvedNames(), home.apiServers());
    states.put("home-1", DataplanePlanner.plan(view, facts, Clouds.secrets("home-1")));
    return clouds
        .walk(states)
        .arriving("home-1", "weft0", IpAddress.parse("10.5.0.1"), IpAddress.parse(destination));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"172.17.0.2", "172.17.0.1", "192.168.122.9", "169.254.169.254", "127.0.0.1"})
  void noNodeLeadsAPeerToItsOwnContainersAndMachines(String destination) {
    var dropped = assertInstanceOf(Outcome.Dropped.class, atHome(clouds(), destination));
    assertTrue(dropped.reason().startsWith(Outcome.EXIT_REFUSES), dropped.reason());
    var lan = atHome(clouds(), "192.168.77.50");
    assertInstanceOf(Outcome.Left.class, lan);
  }

  @Test
  void aRangeThatIsOfTheLocationOrOpenedIsReachedAndOneOfAnotherIsNot() {
    var opened = clouds().allowExitCIDRs("172.17.0.0/24");
    assertInstanceOf(Outcome.Left.class, atHome(opened, "172.17.0.2"));
    for (var node : List.of("home-1", "aws-1")) {
      var clouds = clouds().allowLocationCIDRs("172.16.0.0/12");
      clouds.change(node, n -> annotated(n, "weft.dev/location-cidrs", "172.17.0.0/16"));
      assertEquals(
          node.equals("home-1"), atHome(clouds, "172.17.0.2") instanceof Outcome.Left, node);
    }
  }

  private static dev.weft.mesh.desired.ExitGuard guard(
      Map<String, DesiredState> states, String node) {
    return Objects.requireNonNull(states.get(node)).firewall().exit();
  }
}
