package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
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

  @Test
  @Order(3)
  void whileTheExitIsAwayNothingOfTheChosenPodLeavesElsewhere() {
    watchHome();
    SharedLab.lab().faults().cut("gcp");
    try {
      for (int i = 0; i < 4; i++) {
        assertEquals("", seen(pod(CHOSEN)));
      }
      assertEquals("0", requestsFromHome());
      assertSeenAs(HOME, pod(OTHER));
      egress(BILLING.formatted("Local"), CRAWLERS);
      assertSeenAs(HOME, pod(CHOSEN));
    } finally {
      SharedLab.lab().faults().mend("gcp");
    }
    assertSeenAsGatewayOf("gcp", pod(CHOSEN));
  }

  @Test
  @Order(4)
  void aRuleTakenOffLeavesNothing() {
    SharedLab.patch(SharedLab.lab(), "{\"egress\":null}");
    assertSeenAs(HOME, pod(CHOSEN));
    for (var node : new String[] {"home-1", SharedLab.gateway("gcp"), "gcp-2", "aws-2"}) {
      assertTrue(
          Wait.holds(
              LIMIT,
              () ->
                  !SharedLab.holdsOn(
                      node,
                      """
                      ip rule | grep -E '^70(08|1[1-9])' || ip -d link show | grep weftex ||
                      ip route show table all | grep -E 'table 70(51|6[6-9]|[7-9][0-9])' ||
                      nft list table inet weft | grep -E 'weftex|chain exit'""")),
          () -> node + "\n" + SharedLab.on(node, "ip rule; ip -br link; nft list table inet weft"));
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

  private static String gatewayAddress(String location) {
    var gateway = SharedLab.lab().kubectl().get("node", SharedLab.gateway(location));
    return gateway
        .at("/status/addresses")
        .valueStream()
        .filter(a -> a.path("type").asText().equals("ExternalIP"))
        .map(a -> a.path("address").asText())
        .findFirst()
        .orElseThrow();
  }

  private static void assertSeenAs(String address, Place from) {
    assertSeenAs(() -> address, from);
  }

  /** Whichever node is the gateway at the moment: the role may move while the test looks. */
  private static void assertSeenAsGatewayOf(String location, Place from) {
    assertSeenAs(() -> gatewayAddress(location), from);
  }

  private static void assertSeenAs(Supplier<String> address, Place from) {
    assertTrue(
        Wait.holds(LIMIT, () -> seen(from).equals(address.get())),
        () -> "%s is seen as '%s', not %s".formatted(from.name(), seen(from), address.get()));
  }

  /** The address with which the web server sees somebody; empty: it doesn't. */
  private static String seen(Place from) {
    return Shell.script(
            from,
            "curl -s --max-time 2 http://%s/ | sed 's/.*\"client\":\"\\([^\"]*\\).*/\\1/'"
                .formatted(SharedLab.lab().webServer()))
        .out()
        .strip();
  }

  private static void watchHome() {
    Shell.script(
            SharedLab.lab().directory().router("internet"),
            """
            nft -f - <<'NFT'
            table inet requests
            delete table inet requests
            table inet requests {
              counter home { }
              chain prerouting {
                type filter hook prerouting priority raw; policy accept;
                iifname "home" ip daddr %s tcp dport 80 counter name home
              }
            }
            NFT
            """
                .formatted(SharedLab.lab().webServer()))
        .orThrow();
  }

  private static String requestsFromHome() {
    return Shell.script(
            SharedLab.lab().directory().router("internet"),
            "nft list counter inet requests home | sed -n 's/.*packets \\([0-9]*\\).*/\\1/p'")
        .orThrow()
        .strip();
  }
}
