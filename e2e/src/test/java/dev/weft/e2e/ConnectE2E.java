package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.host.HostState;
import dev.weft.e2e.lab.Wait;
import dev.weft.mesh.net.Family;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code weft connect}: a machine joins, follows the mesh, and leaves without a trace. */
@ExtendWith(SharedLab.class)
class ConnectE2E {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String RESOLV_CONF = "cat /etc/resolv.conf";

  private static Traveller traveller;
  private static HostState before;
  private static String resolvConf;

  @BeforeAll
  static void aLaptopAtHome() {
    traveller = Traveller.in("home", 104);
    // The kernel's own: the link-local address counts once it is known to be the only one.
    assertTrue(
        Wait.holds(
            LIMIT, () -> traveller.run("ip -6 route show table local").contains("local fe80")));
    before = HostState.read(traveller.place());
    resolvConf = traveller.run(RESOLV_CONF);
  }

  @AfterAll
  static void asBefore() {
    gateways("gcp", "");
    SharedLab.lab().kubectl().run("delete", "wgp", "--all").orThrow();
    SharedLab.assertWell();
  }

  @Test
  void aLaptopReachesPodsFollowsAGatewayAndIsAsBeforeAfterCtrlC() {
    var process = traveller.connect("--dns", "10.96.0.10");
    for (var pod : SharedLab.onePodPerCloud()) {
      traveller.assertReaches(pod.address());
    }
    assertTrue(traveller.run(RESOLV_CONF).contains("nameserver 10.96.0.10"));
    var aws = key(SharedLab.gateway("aws"));
    var session = handshake(aws);
    var old = SharedLab.gateway("gcp");
    gateways("gcp", old.equals("gcp-1") ? "gcp-2" : "gcp-1");
    SharedLab.timeUntil(
        "connected laptop has the new gateway alone",
        LIMIT,
        () ->
            !SharedLab.gateway("gcp").equals(old)
                && peers().contains(key(SharedLab.gateway("gcp")))
                && !peers().contains(key(old)));
    traveller.assertReaches(SharedLab.pod("gcp-1").address());
    assertEquals(session, handshake(aws), "the other tunnel's session went on");
    assertEquals(0, traveller.end(process, "INT"));
    assertNothingIsLeft();
    assertFalse(SharedLab.lab().kubectl().run("get", "wgp", "traveller").ok());
  }

  /** Nothing of it passes the own router unencrypted but what the API server is asked. */
  @Test
  void aFullTunnelLeavesByItsExitAndTheApiServerIsReachedBesideIt() {
    var web = new WebServer(SharedLab.lab(), Family.IPV4);
    var process = traveller.connect("--location", "gcp", "--full-tunnel");
    web.assertSees(() -> SharedLab.exitAddress("gcp"), traveller.place());
    traveller.assertReaches(SharedLab.pod("aws-1").address());
    var api = SharedLab.lab().inventory().topology().apiPublic();
    assertTrue(
        traveller
            .run("ip rule")
            .contains("to %s ipproto tcp dport 6443 lookup main".formatted(api)));
    assertTrue(
        traveller
            .run("ip route get %s ipproto tcp dport 6443".formatted(api))
            .contains("dev eth0"));
    assertTrue(traveller.run("ip route get " + api).contains("dev weft"));
    SharedLab.lab().faults().cut("gcp");
    try {
      // What follows gateways goes on, though nothing else does.
      assertEquals("", web.seen(traveller.place()));
      assertEquals(
          "ok", traveller.run("curl -sk --max-time 5 https://%s:6443/readyz".formatted(api)));
    } finally {
      SharedLab.lab().faults().mend("gcp");
    }
    web.assertSees(() -> SharedLab.exitAddress("gcp"), traveller.place());
    assertTrue(
        Wait.holds(
            LIMIT,
            () ->
                SharedLab.lab()
                    .kubectl()
                    .get("wgp", "traveller")
                    .at("/status/endpointClass")
                    .asText()
                    .equals("Public")),
        "the class of its endpoint");
    assertEquals(0, traveller.end(process, "INT"));
    web.assertSees(() -> "203.0.113.2", traveller.place());
    assertNothingIsLeft();
    traveller.end(traveller.connect("--location", "gcp", "--full-tunnel"), "KILL");
    assertEquals(0, traveller.weft("connect", "--clean").exit());
    web.assertSees(() -> "203.0.113.2", traveller.place());
    assertNothingIsLeft();
  }

  @Test
  void afterSigkillCleanUndoesEverything() {
    var kubectl = SharedLab.lab().kubectl();
    kubectl.apply(
        """
        apiVersion: weft.dev/v1alpha1
        kind: Peer
        metadata: {name: desk}
        spec: {location: aws, dns: [10.96.0.10]}
        """);
    assertTrue(
        Wait.holds(
            LIMIT,
            () -> !kubectl.get("wgp", "desk").at("/status/configSecret").asText().isEmpty()));
    assertEquals(0, kubectl.run("wait", "wgp/desk", "--for=condition=Accepted").exit());
    var object = kubectl.get("wgp", "desk");
    var process = traveller.connect("desk");
    traveller.assertReaches(SharedLab.pod("gcp-1").address());
    assertEquals(
        "600", traveller.run("stat -c %a /run/weft/connect-weft.json"), "the state file's mode");
    var busy = traveller.weft("connect", "--clean");
    assertEquals(2, busy.exit(), busy.err());
    assertTrue(busy.err().contains("end it with: kill -INT"), busy.err());
    traveller.end(process, "KILL");
    assertTrue(traveller.run("ip link show weft").contains("weft"));
    assertEquals(0, traveller.weft("connect", "--clean").exit());
    assertNothingIsLeft();
    var after = kubectl.get("wgp", "desk");
    assertEquals(object.at("/metadata/annotations"), after.at("/metadata/annotations"));
    assertEquals(object.at("/spec"), after.at("/spec"));
    kubectl.run("delete", "wgp", "desk").orThrow();
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLineAndChangesNothing() {
    SharedLab.peer("taken", "5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=", "location: aws")
        .orThrow();
    assertRefused("there is a Peer 'taken' already", "connect", "--name", "taken");
    assertRefused("with its owner alone", "connect", "taken");
    assertRefused("there is no Peer 'nobody'", "connect", "nobody");
    assertRefused("there is a device 'eth0' already", "connect", "-i", "eth0");
    assertRefused("NoSuchLocation", "connect", "--location", "moon");
    assertNothingIsLeft();
    assertEquals(
        "peer.weft.dev/taken",
        SharedLab.lab().kubectl().run("get", "wgp", "-o", "name").orThrow().strip());
  }

  private static void assertRefused(String why, String... args) {
    var said = traveller.weft(args);
    assertEquals(2, said.exit(), said.out());
    assertEquals(1, said.err().lines().count(), said.err());
    assertTrue(said.err().contains(why), said.err());
  }

  private static void assertNothingIsLeft() {
    assertEquals(resolvConf, traveller.run(RESOLV_CONF));
    var differences =
        Wait.look(
            Duration.ofSeconds(5),
            () -> before.differencesTo(HostState.read(traveller.place())),
            List::isEmpty);
    assertEquals(List.of(), differences, () -> String.join("\n", differences));
  }

  /** Prefers one node of a location; empty: none. */
  private static void gateways(String location, String preferred) {
    for (var number = 1; number <= 2; number++) {
      var node = location + "-" + number;
      SharedLab.lab()
          .kubectl()
          .run(
              "annotate",
              "node",
              node,
              "--overwrite",
              preferred.isEmpty()
                  ? "weft.dev/gateway-"
                  : "weft.dev/gateway=" + node.equals(preferred))
          .orThrow();
    }
  }

  private static String key(String node) {
    return SharedLab.lab().kubectl().get("wgn", node).at("/spec/devices/0/publicKey").asText();
  }

  private static String peers() {
    return traveller.run("wg show weft peers");
  }

  private static String handshake(String key) {
    return traveller.run("wg show weft latest-handshakes | grep -F '%s'".formatted(key));
  }
}
