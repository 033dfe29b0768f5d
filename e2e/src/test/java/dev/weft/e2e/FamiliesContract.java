package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.NodeSpec;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds in every family that a topology has: pods, nodes, MTU, the way out. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class FamiliesContract {
  /** WireGuard over IPv6 adds 80 bytes to a packet. */
  private static final int POD_MTU = 1500 - 80;

  private static final int IPV6_AND_ICMP = 40 + 8;
  private static final int IPV4_AND_ICMP = 20 + 8;

  private final String topology;
  private @Nullable TopologyLab lab;

  FamiliesContract(String topology) {
    this.topology = topology;
  }

  @BeforeAll
  void up() {
    lab = TopologyLab.up(topology);
  }

  @AfterAll
  void down() {
    if (lab != null) {
      lab.close();
    }
  }

  TopologyLab lab() {
    return Objects.requireNonNull(lab);
  }

  private List<Family> families() {
    return lab().lab().inventory().topology().families();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Location", "Full", "Cross", "Location"})
  void everyPodReachesEveryOtherInEveryGranularity(String granularity) {
    lab().patch("{\"granularity\":\"" + granularity + "\"}");
    var status = lab().assertWell();
    assertEquals(families().size(), status.matrices().size());
    int nodes = lab().lab().inventory().nodes().size();
    status.matrices().forEach(m -> assertEquals(nodes * (nodes - 1), m.pairs()));
    nodesReachEachOther();
  }

  private void nodesReachEachOther() {
    var inventory = lab().lab().inventory();
    var first = inventory.nodes().getFirst();
    for (var other : inventory.nodes()) {
      if (!other.cloud().equals(first.cloud())) {
        for (var address : other.internalAddresses(inventory.topology())) {
          lab().on(first.name(), "ping -c 1 -W 2 " + address);
          var pod = lab().in(first.name(), "ping -c 1 -W 2 " + address);
          assertTrue(pod.ok(), () -> "pod of " + first.name() + " to " + address + ": " + pod);
        }
      }
    }
    assertTrue(
        lab().lab().internetVerdict().clean(), () -> lab().lab().internetVerdict().toString());
  }

  /** The largest packet that a pod's link takes gets through whole, and none that is larger. */
  @Test
  void aFullPacketOfTheMtuGetsThroughUnfragmented() {
    lab().assertWell();
    var inventory = lab().lab().inventory();
    for (var family : families()) {
      var far = lab().lab().endpoints(family).getLast().address();
      int payload = POD_MTU - (family == Family.IPV6 ? IPV6_AND_ICMP : IPV4_AND_ICMP);
      var from = inventory.nodes().getFirst().name();
      var fits = lab().in(from, "ping -M do -c 2 -i 0.2 -W 2 -s %d %s".formatted(payload, far));
      assertTrue(fits.ok(), fits::toString);
      var larger = lab().in(from, "ping -M do -c 1 -W 1 -s %d %s".formatted(payload + 1, far));
      assertTrue(!larger.ok(), larger::toString);
    }
  }

  /** A question to the internet's resolver from a pod: it goes out with its node's address. */
  @Test
  void podsReachTheInternetByTheirNodesAddress() {
    lab().assertWell();
    lab().lab().forgetCaptures();
    var resolver = lab().lab().inventory().topology().resolver();
    boolean six = IpAddress.parse(resolver).family() == Family.IPV6;
    for (NodeSpec node : lab().lab().inventory().nodes()) {
      var answer =
          lab()
              .in(
                  node.name(),
                  "printf '\\x12\\x34\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x03api\\x04weft\\x04test\\x00\\x00\\x%s\\x00\\x01' | socat -t 2 -T 2 - UDP:%s:53 | wc -c"
                      .formatted(six ? "1c" : "01", six ? "[" + resolver + "]" : resolver));
      assertTrue(Integer.parseInt(answer.orThrow().strip()) > 30, answer::toString);
    }
    assertTrue(
        lab().lab().internetVerdict().clean(), () -> lab().lab().internetVerdict().toString());
  }

  /** Chosen pods are seen as their exit in every family, or not at all; then nothing is left. */
  @Test
  void chosenPodsLeaveByTheirExitAndByNoOtherWay() {
    lab().assertWell();
    var egress = new EgressByFamily(lab());
    try {
      egress.lead();
      families().forEach(egress::assertChosenPodsAreSeenAsTheExit);
      egress.cutTheExit();
      families().forEach(egress::assertChosenPodsReachNothing);
      egress.mendTheExit();
      families().forEach(egress::assertChosenPodsAreSeenAsTheExit);
    } finally {
      egress.end();
    }
    lab().assertWell();
  }

  /** A laptop sends everything to gcp, and is seen as gcp's gateway in every family. */
  @Test
  void aFullTunnelLeavesByItsExit(@TempDir Path folder) {
    lab().assertWell();
    var laptop = lab().lab().addClient("laptop", "home", 104);
    var file = folder.resolve("weft.conf");
    lab()
        .lab()
        .weft("peer", "add", "laptop", "--location", "gcp", "--full-tunnel", "-w", file.toString())
        .orThrow();
    Shell.script(
            laptop,
            "install -m 600 %s /run/weft.conf && wg-quick up /run/weft.conf".formatted(file))
        .orThrow();
    var egress = new EgressByFamily(lab());
    families().forEach(family -> egress.assertSeenAsTheExit(family, laptop));
    Shell.script(laptop, "wg-quick down /run/weft.conf").orThrow();
    lab().lab().kubectl().run("delete", "wgp", "laptop").orThrow();
    assertTrue(
        lab().lab().internetVerdict().clean(), () -> lab().lab().internetVerdict().toString());
  }

  /** Rules, routes and sets of both families are gone or repaired alike. */
  @Test
  void whatIsTakenAwayOfAFamilyComesBack() {
    lab().assertWell();
    var node = lab().lab().inventory().nodes().getFirst().name();
    for (var family : families()) {
      var ip = family == Family.IPV6 ? "ip -6" : "ip -4";
      var rules = lab().on(node, ip + " rule | grep 7050");
      var routes = lab().on(node, ip + " route show table 7050 | wc -l");
      lab().on(node, ip + " rule del priority 7010");
      lab()
          .on(
              node,
              ip
                  + " route del $("
                  + ip
                  + " route show table 7050 | grep -v throw | head -1 | cut -d' ' -f1) table 7050");
      TopologyLab.eventually(
          family + " repaired",
          () ->
              lab().on(node, ip + " rule | grep 7050 || true").equals(rules)
                  && lab().on(node, ip + " route show table 7050 | wc -l").equals(routes));
    }
    lab().lab().forgetCaptures(); // what a probe was answered while there was no rule
    lab().assertWell();
  }
}
