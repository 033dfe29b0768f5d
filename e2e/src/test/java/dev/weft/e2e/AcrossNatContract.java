package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.probe.Loss;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Real kubelets in two clouds behind one-to-one public addresses and in a home behind NAT: their
 * InternalIPs are private, and kubelets call the API server by its public address.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class AcrossNatContract extends OnRealKubelets {
  private final boolean joinsByPrivateAddress;
  private long leakedWhileJoining;

  /**
   * @param spec a name from {@code e2e/clusters}
   * @param joinsByPrivateAddress whether nodes of other clouds, before they are in the mesh, try
   *     the API server by a private address that leads nowhere there
   */
  AcrossNatContract(String spec, boolean joinsByPrivateAddress) {
    super(spec);
    this.joinsByPrivateAddress = joinsByPrivateAddress;
  }

  /** Logs, exec, port-forward and the kubelets of the far clouds lead through the mesh. */
  @Test
  @Order(1)
  void podsServicesNodesAndTheApiServerReachEachOther() {
    bed().assertAllReached(Duration.ofMinutes(1));
    if (joinsByPrivateAddress) {
      leakedWhileJoining = cluster().leakedPackets().count();
      bed().assertAllReached(Duration.ofMinutes(1));
    }
  }

  @Test
  @Order(2)
  void nothingLeftInPlainText() {
    bed().assertLeaked(leakedWhileJoining, "since all nodes joined");
  }

  @Test
  @Order(3)
  void nodesOfOtherCloudsRebootAndComeBack() throws InterruptedException {
    for (var node : List.of("west-1", "home-1")) {
      var other = node.equals("west-1") ? "home-1" : "west-1";
      try (var traffic = bed().traffic(List.of("east-1", "east-2", other), 150)) {
        var before = Instant.now();
        cluster().powerOff(node);
        cluster().powerOn(node);
        bed().awaitNode(node, before, KubeletBed.BACK);
        bed().assertAllReached(KubeletBed.BACK);
        traffic.endAndAssertNothingLost();
      }
    }
  }

  @Test
  @Order(4)
  void nodeThatNothingWasEverOnJoins() {
    var before = Instant.now();
    cluster().powerOff("west-1");
    cluster().forget("west-1");
    cluster().powerOn("west-1");
    bed().awaitNode("west-1", before, KubeletBed.BACK);
    bed().assertAllReached(KubeletBed.BACK);
  }

  @Test
  @Order(5)
  void gatewayThatIsCutOffIsReplaced() throws InterruptedException {
    cluster()
        .kubectl()
        .run("annotate", "node", "east-2", "weft.dev/gateway=true", "--overwrite")
        .orThrow();
    KubeletBed.await(
        "east-2 is the gateway",
        Duration.ofSeconds(30),
        () -> bed().gateway("east").equals("east-2"));
    leadFromElsewhereThan("east-2");
    bed().assertAllReached(KubeletBed.BACK);
    List<Loss> losses;
    try (var traffic = bed().traffic(List.of("east-1", "west-1", "home-1"), 120)) {
      cluster().cut("east-2");
      KubeletBed.await(
          "east-1 is the gateway",
          Duration.ofMinutes(1),
          () -> bed().gateway("east").equals("east-1"));
      bed().awaitPod("home-1", "east-1", Duration.ofSeconds(30));
      losses = traffic.end();
    } finally {
      cluster().mend("east-2");
    }
    var longest = losses.stream().mapToInt(Loss::longestRun).max().orElseThrow();
    assertTrue(
        longest <= 30 * KubeletBed.perSecond(), () -> "no packet for " + longest + " intervals");
    bed().assertAllReached(KubeletBed.BACK);
  }

  /**
   * Moves the operator's leadership off a node. A leader that is cut off together with the gateway
   * is replaced first, once its Lease of 15 s has run out; that takes twice as long.
   */
  private void leadFromElsewhereThan(String node) {
    KubeletBed.await(
        "an operator on another node than " + node + " leads",
        Duration.ofMinutes(2),
        () -> {
          var pod = bed().leader();
          var at = pod.isEmpty() ? "" : nodeOf(pod);
          if (at.equals(node)) {
            cluster().kubectl().run("delete", "pod", "-n", "weft-system", pod).orThrow();
          }
          return !at.isEmpty() && !at.equals(node);
        });
    cluster().rolledOut("weft-system", "deployment/weft-operator", Duration.ofMinutes(2));
    var pod = bed().leader();
    assertNotEquals(node, nodeOf(pod), "the leader " + pod);
  }

  /** Empty: there is no such pod any more. */
  private String nodeOf(String pod) {
    var command =
        new String[] {"get", "pod", "-n", "weft-system", pod, "-o", "jsonpath={.spec.nodeName}"};
    var found = cluster().kubectl().run(command);
    return found.ok() ? found.out().strip() : "";
  }
}
