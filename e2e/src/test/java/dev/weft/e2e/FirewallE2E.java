package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.PodName;
import dev.weft.mesh.net.Family;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Both packet filters on hosts that drop what they don't know: Docker's FORWARD policy and chains,
 * a base chain of nftables, and kube-proxy's rules with its drop of what conntrack calls INVALID.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirewallE2E {
  /** A gateway, so that packets in transit pass it, too. */
  private static final String GATEWAY = "gcp-1";

  private static final Duration SOON = Duration.ofSeconds(60);

  /** At once where the kernel tells of it; asserted by the look of every 10 s. */
  private static final Duration LOOK = Duration.ofSeconds(15);

  /** Docker 26 without containers, kube-proxy 1.3x (iptables mode) without Services. */
  private static final String HOST_RULES =
      """
      iptables-restore --noflush <<'RULES'
      *filter
      :FORWARD DROP [0:0]
      :DOCKER - [0:0]
      :DOCKER-ISOLATION-STAGE-1 - [0:0]
      :DOCKER-USER - [0:0]
      :KUBE-FORWARD - [0:0]
      :KUBE-FIREWALL - [0:0]
      -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
      -A FORWARD -j DOCKER-USER
      -A FORWARD -j DOCKER-ISOLATION-STAGE-1
      -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      -A FORWARD -o docker0 -j DOCKER
      -A DOCKER-ISOLATION-STAGE-1 -j RETURN
      -A DOCKER-USER -j RETURN
      -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
      -A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
      -A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      -A INPUT -j KUBE-FIREWALL
      -A KUBE-FIREWALL ! -s 127.0.0.0/8 -d 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP
      COMMIT
      *nat
      :DOCKER - [0:0]
      :KUBE-POSTROUTING - [0:0]
      -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
      -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
      -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
      -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
      -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
      -A KUBE-POSTROUTING -j MASQUERADE --random-fully
      COMMIT
      RULES
      nft add table inet corp
      nft add chain inet corp passing '{ type filter hook forward priority 10; policy drop; }'
      """;

  @AfterAll
  static void asBefore() {
    SharedLab.patch(SharedLab.lab(), "{\"egress\":null}");
    firewall("Auto");
    SharedLab.on(
        GATEWAY,
        """
        nft delete table inet corp
        iptables -P FORWARD ACCEPT
        for table in filter nat; do iptables -t $table -F; iptables -t $table -X; done
        """);
    SharedLab.assertWell();
  }

  @Test
  @Order(1)
  void nftablesPassesWhatTheHostDrops() {
    SharedLab.on(GATEWAY, HOST_RULES);
    SharedLab.timeUntil(
        "jumps into chains that drop", SOON, () -> jumps("iptables -S FORWARD") == 1);
    SharedLab.assertWell();
    assertEquals(1, jumps("nft list chain inet corp passing"));
    assertEquals("NFTables", reported());
  }

  @Test
  @Order(2)
  void theMeshMovesToIptablesUnderTrafficAndNothingIsLost() throws InterruptedException {
    try (var traffic = new UnderTraffic(15)) {
      Thread.sleep(2_000);
      firewall("IPTables");
      traffic.assertNothingLost();
    }
    for (var node : SharedLab.lab().inventory().nodes()) {
      assertFalse(SharedLab.holdsOn(node.name(), "nft list table inet weft"), node.name());
    }
    SharedLab.assertWell();
    assertEquals("IPTables", reported());
    assertEquals(1, jumps("iptables -S FORWARD"));
    assertEquals(1, jumps("nft list chain inet corp passing"));
  }

  @Test
  @Order(3)
  void iptablesRulesComeBack() {
    var before = rules();
    SharedLab.on(GATEWAY, "iptables -t nat -F WEFT-POSTROUTING; iptables -t mangle -D FORWARD 1");
    SharedLab.timeUntil("iptables rules back", LOOK, () -> rules().equals(before));
    SharedLab.on(GATEWAY, "iptables -F FORWARD");
    SharedLab.timeUntil("jump back", LOOK, () -> jumps("iptables -S FORWARD") == 1);
    SharedLab.assertWell();
  }

  /** At the exit the host's own FORWARD chain drops what Weft doesn't let pass. */
  @Test
  @Order(4)
  void podsThatARuleChoseLeaveByTheirExitTranslatedByIptables() {
    var lab = SharedLab.lab();
    var pod = new PodName("home-1", "a");
    var web = new WebServer(lab, Family.IPV4);
    var before = web.seen(lab.pod(pod));
    lab.announce(pod, "default", Map.of("app", "crawler"));
    SharedLab.patch(
        lab,
        """
        {"egress": [{"name": "crawlers", "location": "gcp",
                     "podSelector": {"matchLabels": {"app": "crawler"}}}]}""");
    web.assertSees(() -> SharedLab.exitAddress("gcp"), lab.pod(pod));
    assertFalse(SharedLab.holdsOn(SharedLab.gateway("gcp"), "nft list table inet weft"));
    SharedLab.patch(lab, "{\"egress\":null}");
    web.assertSees(() -> before, lab.pod(pod));
    for (var node : lab.inventory().nodes()) {
      EgressTraces.assertNone(lab.machine(node.name()));
    }
    lab.kubectl().run("delete", "pods", "--all", "--namespace=default", "--force").orThrow();
  }

  @Test
  @Order(5)
  void theMeshMovesBackAndLeavesNothingOfIptables() {
    firewall("NFTables");
    SharedLab.timeUntil(
        "only nftables", SOON, () -> SharedLab.on(GATEWAY, "iptables-save").indexOf("WEFT-") < 0);
    SharedLab.assertWell();
    assertEquals("NFTables", reported());
  }

  private static String rules() {
    return SharedLab.on(GATEWAY, "iptables-save | grep WEFT- | sed 's/ \\[.*//' | sort");
  }

  private static long jumps(String listing) {
    return SharedLab.on(GATEWAY, listing)
        .lines()
        .filter(l -> l.matches(".*(-j |jump )(weft|WEFT)-(forward|FORWARD).*"))
        .count();
  }

  private static String reported() {
    return SharedLab.lab().kubectl().get("wgr", GATEWAY).at("/spec/facts/firewall").asText();
  }

  /** Changes the backend and waits until every node reports the one that it means. */
  private static void firewall(String backend) {
    SharedLab.patch(SharedLab.lab(), "{\"firewall\":\"%s\"}".formatted(backend));
    var meant = backend.equals("Auto") ? "NFTables" : backend;
    SharedLab.timeUntil(
        "packet filter " + backend + " on all nodes",
        SOON,
        () ->
            SharedLab.lab()
                .kubectl()
                .get("wgr")
                .get("items")
                .valueStream()
                .allMatch(r -> r.at("/spec/facts/firewall").asText().equals(meant)));
    assertTrue(SharedLab.lab().status().internet().clean());
  }
}
