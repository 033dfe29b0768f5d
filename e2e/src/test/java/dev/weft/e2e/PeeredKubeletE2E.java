package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.cluster.ClusterCheck;
import dev.weft.e2e.cluster.RealCluster;
import dev.weft.e2e.cluster.UpstreamSuite;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.probe.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Real kubelets in two clouds whose nodes reach each other's InternalIPs directly; the control
 * plane's node is a node of the mesh, as with kubeadm on premises, VPC peering, or kind.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PeeredKubeletE2E {
  private static final String SPEC = "peered";
  private static final String INSTALLS = "installs";
  private static @Nullable KubeletBed bed;
  private static @Nullable Uninstall uninstall;

  @BeforeAll
  static void up() {
    uninstall = null;
    bed = KubeletBed.up(PeeredKubeletE2E.class, SPEC);
  }

  @AfterAll
  static void down() {
    if (System.getenv("WEFT_LAB_KEEP") == null) {
      KubeletBed.assertNothingLeft(PeeredKubeletE2E.class);
    }
  }

  /** A test that is run once more runs alone, on a cluster without the steps before it. */
  @BeforeEach
  void installedBefore(TestInfo test) {
    if (uninstall == null && !test.getTags().contains(INSTALLS)) {
      install();
      ClusterCheck.prepare(cluster());
    }
  }

  private static void install() {
    // Before kube-proxy has its rules, what hosts send to Services leaves them; no agent could
    // help.
    cluster().awaitServices(Duration.ofMinutes(2));
    uninstall = new Uninstall(cluster());
    cluster().install();
    KubeletBed.await(
        "all nodes ready",
        Duration.ofSeconds(90),
        () ->
            cluster().nodes().stream()
                .allMatch(
                    n ->
                        KubeletBed.condition(cluster().kubectl().get("node", n), "Ready")
                            .equals("True")));
    cluster().awaitReady(Duration.ofSeconds(90));
    KubeletBed.await(
        "the mesh is ready",
        Duration.ofMinutes(1),
        () -> KubeletBed.condition(cluster().kubectl().get("wgm", "weft"), "Ready").equals("True"));
  }

  private static KubeletBed bed() {
    return Objects.requireNonNull(bed);
  }

  private static RealCluster cluster() {
    return bed().cluster();
  }

  @Test
  @Order(1)
  @Tag(INSTALLS)
  void chartsMakeNodesWithoutNetworkReady() {
    assertTrue(
        cluster().nodes().stream()
            .allMatch(
                n ->
                    KubeletBed.condition(cluster().kubectl().get("node", n), "Ready")
                        .equals("False")),
        "a node is ready without a CNI");
    install();
  }

  @Test
  @Order(2)
  void podsServicesNodesAndTheApiServerReachEachOther() {
    ClusterCheck.prepare(cluster());
    bed().assertAllReached(Duration.ofSeconds(30));
  }

  /** Packets of pods, and to Services, that left a node in plain text. */
  @Test
  @Order(3)
  void nothingLeftInPlainText() {
    bed().assertLeaked(0, "since the cluster came up");
  }

  @Test
  @Order(4)
  void healthyStartLogsNoWarning() {
    WeftLogs.assertNothingWorrying(cluster());
  }

  @Test
  @Order(5)
  void theGatewayOfAnotherLocationRebootsAndComesBack() throws InterruptedException {
    var gateway = bed().gateway("west");
    try (var traffic = bed().traffic(List.of("east-1", "east-2"), 150)) {
      reboot(gateway);
      traffic.endAndAssertNothingLost();
    }
  }

  @Test
  @Order(6)
  void memberOfAnotherLocationRebootsAndComesBack() throws InterruptedException {
    var gateway = bed().gateway("west");
    var member = gateway.equals("west-1") ? "west-2" : "west-1";
    try (var traffic = bed().traffic(List.of("east-1", "east-2", gateway), 150)) {
      reboot(member);
      traffic.endAndAssertNothingLost();
    }
  }

  @Test
  @Order(7)
  void theControlPlanesNodeRebootsAndComesBack() {
    reboot("east-1");
  }

  private static void reboot(String node) {
    var before = Instant.now();
    cluster().powerOff(node);
    cluster().powerOn(node);
    bed().awaitNode(node, before, KubeletBed.BACK);
    bed().assertAllReached(KubeletBed.BACK);
  }

  @Test
  @Order(8)
  void gatewayThatIsCutOffIsReplaced() throws InterruptedException {
    var gateway = bed().gateway("west");
    var other = gateway.equals("west-1") ? "west-2" : "west-1";
    List<Loss> losses;
    try (var traffic = bed().traffic(List.of("east-1", other), 150)) {
      cluster().cut(gateway);
      KubeletBed.await(
          other + " is the gateway",
          Duration.ofMinutes(1),
          () -> bed().gateway("west").equals(other));
      KubeletBed.await(
          gateway + " is not ready",
          Duration.ofSeconds(30),
          () ->
              KubeletBed.condition(cluster().kubectl().get("wgn", gateway), "Ready")
                  .equals("False"));
      bed().awaitPod("east-1", other, Duration.ofSeconds(30));
      losses = traffic.end();
    } finally {
      cluster().mend(gateway);
    }
    var longest = losses.stream().mapToInt(Loss::longestRun).max().orElseThrow();
    assertTrue(
        longest <= 40 * KubeletBed.perSecond(), () -> "no packet for " + longest + " intervals");
    bed().assertAllReached(KubeletBed.BACK);
  }

  /** Connections whose conntrack entries are gone never answer again, and no packet says so. */
  @Test
  @Order(9)
  void watchesThatDiedSilentlyAreNoticed() {
    for (var node : cluster().nodes()) {
      Shell.run(cluster().machine(node), "conntrack", "-F").orThrow();
    }
    bed().addPeer("laptop", "5bXXBFCd3mWNnuDqjYYR6zQOV3F1oUyo/Wc9OnpeUzQ=");
    bed().assertAllReached(KubeletBed.BACK);
  }

  /** By the Service, too, which operators and other programs on hosts call. */
  @Test
  @Order(10)
  void hostsCallTheApiServerBesideTheMesh() {
    var callers = "ss -Htn state established 'sport = :6443' | awk '{print $4}'";
    var mesh = "[::ffff:10.4.0.";
    KubeletBed.await(
        "no host calls the API server from its mesh address",
        KubeletBed.BACK,
        () -> {
          var seen = Shell.script(cluster().machine("east-1"), callers).orThrow();
          return seen.contains("198.51.100.11") && !seen.contains(mesh);
        });
  }

  /**
   * Without the API server kubelet starts no pod of a DaemonSet; the static pods bring the node's
   * tunnels up from its checkpoint, and with them those of the location behind it. Until then the
   * boot filter holds back what the member sends through the node.
   */
  @Test
  @Order(11)
  void gatewayComesUpWithoutAnApiServerAndSendsNothingInPlainText() throws InterruptedException {
    var gateway = bed().gateway("west");
    var member = gateway.equals("west-1") ? "west-2" : "west-1";
    StaticPods.place(cluster(), gateway);
    cluster().placeBootFilter(gateway);
    var reach = bed().between("east-2", member);
    long leaked = cluster().leakedBetweenPods();
    try (var traffic = bed().traffic(List.of("east-2", member), 150)) {
      cluster().powerOff(gateway);
      bootWithoutAnApiServer(gateway, member, reach);
      traffic.end();
    } finally {
      cluster().removeBootFilter(gateway);
    }
    assertEquals(
        leaked,
        cluster().leakedBetweenPods(),
        () -> "packets from pod to pod in plain text: " + cluster().leakedPackets());
    bed().awaitNode(gateway, Instant.now(), KubeletBed.BACK);
    bed().assertAllReached(KubeletBed.BACK);
    StaticPods.remove(cluster(), gateway);
    KubeletBed.await(
        "the static runner is gone",
        KubeletBed.BACK,
        () ->
            !cluster()
                .kubectl()
                .run("get", "pod", "-n", "kube-system", "weft-restore-userspace-" + gateway)
                .ok());
    bed().assertAllReached(KubeletBed.BACK);
  }

  private static void bootWithoutAnApiServer(String gateway, String member, BooleanSupplier reach) {
    cluster().stopApiServer();
    try {
      assertFalse(reach.getAsBoolean(), "another way leads to " + member);
      cluster().powerOn(gateway);
      KubeletBed.await(
          "pods behind " + gateway + " are reached, without the API server",
          KubeletBed.BACK,
          reach);
      assertFalse(
          Shell.run(cluster().machine(gateway), "curl", "-sf", "http://127.0.0.1:9586/healthz")
              .ok(),
          "the agent runs, so the static pods have proved nothing");
    } finally {
      cluster().startApiServer();
    }
  }

  @Test
  @Order(12)
  void upgradeLosesNothing() throws InterruptedException {
    try (var traffic = bed().traffic(cluster().nodes(), 600)) {
      cluster()
          .upgrade("--set", "agent.podAnnotations.upgrade=one,operator.podAnnotations.upgrade=one")
          .orThrow();
      cluster().rolledOut("weft-agents", "daemonset/weft-agent", Duration.ofMinutes(5));
      cluster().rolledOut("weft-system", "deployment/weft-operator", Duration.ofMinutes(2));
      traffic.endAndAssertNothingLost();
    }
  }

  @Test
  @Order(13)
  void upstreamConformanceSpecsOfTheNetworkPass() {
    var result = UpstreamSuite.run(cluster(), UpstreamSuite.CONFORMANCE, 4, Duration.ofMinutes(10));
    System.out.printf(
        "measured: upstream [sig-network] conformance: %d passed, %d failed%n",
        result.passed().size(), result.failed().size());
    assertEquals(List.of(), result.failed(), () -> "see " + result.log());
    assertNotEquals(0, result.passed().size());
  }

  /** As docs/operations.md says it. */
  @Test
  @Order(14)
  void aPodCleansANodeWhoseAgentIsGone() {
    var node = bed().gateway("west").equals("west-1") ? "west-2" : "west-1";
    var pod = "weft-cleanup-" + node;
    var image = CleanupPod.endAgent(cluster(), node);
    try {
      CleanupPod.run(cluster(), node, image);
      var left = Shell.script(cluster().machine(node), "ip rule; ip link; ls /etc/cni/net.d");
      var text = left.orThrow();
      for (var gone : List.of("7010:", "weft0:", "10-weft.conflist")) {
        assertFalse(text.contains(gone), () -> gone + " is left:\n" + text);
      }
    } finally {
      cluster().kubectl().run("delete", "pod", "-n", "kube-system", pod, "--ignore-not-found");
      cluster().upgrade().orThrow(); // makes the DaemonSet anew, which takes the other agents on
    }
    cluster().rolledOut("weft-agents", "daemonset/weft-agent", Duration.ofMinutes(5));
    bed().assertAllReached(KubeletBed.BACK);
  }

  @Test
  @Order(15)
  void uninstallLeavesNoTraceOnAnyNode() {
    var steps = Objects.requireNonNull(uninstall);
    steps.run();
    steps.assertNothingLeft();
  }
}
