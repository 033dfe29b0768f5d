package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import dev.weft.mesh.net.Family;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who is seen on the internet with which address: a phone with a full tunnel, pods that a rule
 * chose, pods that none did. The internet's web server answers with the address that it sees.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EgressE2E {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String HOME = "203.0.113.2";

  private static final String BILLING =
      """
      {"name": "billing", "location": "gcp", "whenAway": "%s",
       "namespaceSelector": {"matchLabels": {"team": "billing"}}}""";
  private static final String CRAWLERS =
      """
      {"name": "crawlers", "location": "aws", "podSelector": {"matchLabels": {"app": "crawler"}}}""";

  private static final PodName CHOSEN = new PodName("home-1", "a");
  private static final PodName OTHER = new PodName("home-1", "b");
  private static final PodName CRAWLER = new PodName("gcp-2", "a");

  @TempDir static Path folder;

  @BeforeAll
  static void podsOfTwoTeams() {
    var lab = SharedLab.lab();
    lab.kubectl()
        .apply(
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: team-billing, labels: {team: billing}}
            """);
    lab.announce(CHOSEN, "team-billing", Map.of());
    lab.announce(member(), "team-billing", Map.of());
    lab.announce(OTHER, "default", Map.of("app", "web"));
    lab.announce(CRAWLER, "default", Map.of("app", "crawler"));
  }

  @AfterAll
  static void asItWas() {
    var lab = SharedLab.lab();
    lab.kubectl().run("delete", "wgp", "--all").orThrow();
    SharedLab.patch(lab, "{\"egress\":null}");
    lab.kubectl().run("delete", "pods", "--all", "--namespace=default", "--force").orThrow();
    lab.kubectl().run("delete", "pods", "--all", "--namespace=team-billing", "--force").orThrow();
  }

  @Test
  @Order(1)
  void aPhoneWithAFullTunnelIsSeenWithItsExitsAddress() {
    var phone = SharedLab.lab().addClient("roamer", "home", 104);
    assertSeenAs(HOME, phone);
    var file = folder.resolve("roamer.conf").toString();
    SharedLab.lab()
        .weft("peer", "add", "roamer", "--location", "gcp", "--full-tunnel", "-w", file)
        .orThrow();
    Shell.script(
            phone,
            "install -m 600 %s /run/roamer.conf && wg-quick up /run/roamer.conf".formatted(file))
        .orThrow();
    assertSeenAsGatewayOf("gcp", phone);
    assertTrue(
        Wait.holds(
            LIMIT,
            () -> Shell.script(phone, "ping -c1 -W1 " + SharedLab.pod("aws-2").address()).ok()));
    Shell.script(phone, "wg-quick down /run/roamer.conf").orThrow();
    SharedLab.lab().kubectl().run("delete", "wgp", "roamer").orThrow();
    assertSeenAs(HOME, phone);
  }

  @Test
  @Order(2)
  void chosenPodsLeaveByTheirExitAndOthersAsBefore() {
    egress(BILLING.formatted("Drop"), CRAWLERS);
    assertSeenAsGatewayOf("gcp", pod(CHOSEN));
    assertSeenAsGatewayOf("gcp", pod(member()));
    assertSeenAsGatewayOf("aws", pod(CRAWLER));
    assertSeenAs(HOME, pod(OTHER));
    SharedLab.assertWell();
  }

  /** What the kernel does is what the command line says of it. */
  @Test
  @Order(3)
  void explainFollowsAChosenPodOutAndConfigShowsItsRule() {
    var lab = SharedLab.lab();
    var explained =
        lab.weft("explain", "pod/team-billing/home-1-a", lab.webServer(Family.IPV4).toString());
    assertEquals(0, explained.exit(), explained::toString);
    assertTrue(explained.out().contains("egress rule 'billing' chose it"), explained::out);
    assertTrue(explained.out().contains("weftex4"), explained::out);
    assertTrue(
        explained.out().contains("with the address of " + SharedLab.gateway("gcp")),
        explained::out);
    var rules = lab.weft("config", "home-1", "--part", "rule").orThrow();
    var kernel = SharedLab.on("home-1", "ip rule | grep ^7014 | sed 's/ proto.*//'");
    assertTrue(rules.contains(kernel), () -> kernel + "\nisn't in\n" + rules);
  }

  @Test
  @Order(4)
  void whileTheExitIsAwayNothingOfTheChosenPodLeavesElsewhere() {
    web().watch("home");
    SharedLab.lab().faults().cut("gcp");
    try {
      for (int i = 0; i < 4; i++) {
        assertEquals("", web().seen(pod(CHOSEN)));
      }
      assertEquals(0, web().requests("home"));
      assertSeenAs(HOME, pod(OTHER));
      egress(BILLING.formatted("Local"), CRAWLERS);
      assertSeenAs(HOME, pod(CHOSEN));
    } finally {
      SharedLab.lab().faults().mend("gcp");
    }
    assertSeenAsGatewayOf("gcp", pod(CHOSEN));
  }

  @Test
  @Order(5)
  void aRuleTakenOffLeavesNothing() {
    SharedLab.patch(SharedLab.lab(), "{\"egress\":null}");
    assertSeenAs(HOME, pod(CHOSEN));
    for (var node : new String[] {"home-1", SharedLab.gateway("gcp"), "gcp-2", "aws-2"}) {
      EgressTraces.assertNone(SharedLab.lab().machine(node));
    }
    SharedLab.assertWell();
  }

  /** The node of aws that isn't its gateway. */
  private static PodName member() {
    return new PodName(SharedLab.gateway("aws").equals("aws-1") ? "aws-2" : "aws-1", "b");
  }

  private static Place pod(PodName pod) {
    return SharedLab.lab().pod(pod);
  }

  private static void egress(String... rules) {
    SharedLab.patch(SharedLab.lab(), "{\"egress\":[" + String.join(",", rules) + "]}");
  }

  private static void assertSeenAs(String address, Place from) {
    web().assertSees(() -> address, from);
  }

  /** Whichever node is the gateway at the moment: the role may move while the test looks. */
  private static void assertSeenAsGatewayOf(String location, Place from) {
    web().assertSees(() -> SharedLab.exitAddress(location), from);
  }

  private static WebServer web() {
    return new WebServer(SharedLab.lab(), Family.IPV4);
  }
}
