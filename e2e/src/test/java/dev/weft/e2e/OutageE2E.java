package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.ReachabilityMatrix;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The data plane doesn't need the control plane. */
@ExtendWith(SharedLab.class)
class OutageE2E {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @AfterEach
  void theControlPlaneIsBack() {
    SharedLab.lab().faults().startApiServer();
    SharedLab.lab().faults().startOperator();
    SharedLab.assertWell();
  }

  @Test
  void aNodeThatRebootsWithoutControlPlaneIsBackFromItsCheckpoint() {
    SharedLab.assertWell();
    var lab = SharedLab.lab();
    lab.faults().stopOperator();
    lab.faults().stopApiServer();
    lab.reboot("gcp-1");
    // Not a moment earlier: without fail-closed, what a gateway without routes is sent goes astray.
    lab.awaitReady(LIMIT);
    SharedLab.timeUntil(
        "rebooted node back without control plane",
        LIMIT,
        () -> ReachabilityMatrix.measure(lab.endpoints()).complete());
    System.out.println("measured: agent of a rebooted node: " + startOf("gcp-1"));
  }

  /** What an agent said last of how long it took from its process's start to a kernel as wanted. */
  private static String startOf(String node) {
    var log = SharedLab.lab().directory().root().resolve("logs/agent-" + node + ".log");
    var said = "grep -o 'the kernel is as wanted.*' " + log + " | tail -1";
    return Shell.script(Place.HOST, said).orThrow().strip();
  }

  @Test
  void agentsFollowChangesAgainAfterTheApiServerWasAway() throws InterruptedException {
    var lab = SharedLab.lab();
    lab.faults().stopApiServer();
    Thread.sleep(5_000);
    lab.faults().startApiServer();
    lab.kubectl()
        .apply(
            """
            apiVersion: weft.dev/v1alpha1
            kind: Peer
            metadata: {name: after-outage}
            spec:
              publicKey: 5OLlDU0JbtNR2TkfvGJVcJLLuYzRt2kOvmyXoPpq8XY=
              allowedIPs: [10.5.0.7/32]
            """);
    try {
      for (var node : lab.inventory().nodes()) {
        SharedLab.timeUntil(
            "a new Peer known on " + node.name() + " after an outage",
            LIMIT,
            () -> SharedLab.holdsOn(node.name(), "ip route show table all | grep 10.5.0.7"));
      }
    } finally {
      lab.kubectl().run("delete", "wgp", "after-outage").orThrow();
    }
  }

  /** The runtime deletes the sandboxes of before, as containerd does, and attaches new ones. */
  @ParameterizedTest
  @CsvSource({"aws-2, 1", "home-1, 3"})
  void aRebootedNodeIsBackAndHoldsNoAddressForPodsOfBefore(String node, int times) {
    var lab = SharedLab.lab();
    var before = heldAddresses(node);
    assertEquals(lab.inventory().topology().podsPerNode(), before.size(), before::toString);
    for (int i = 0; i < times; i++) {
      lab.reboot(node);
      lab.stopPods(node);
      assertEquals(List.of(), heldAddresses(node));
      lab.startPods(node);
    }
    assertEquals(before.size(), heldAddresses(node).size());
    SharedLab.assertWell();
  }

  /** What host-local keeps on the node's disk, a file for each address. */
  private static List<String> heldAddresses(String node) {
    var network = "cd /var/lib/cni/networks/weft && ls | grep '^[0-9].*[.]'";
    return SharedLab.on(node, network + " || true").lines().toList();
  }

  @Test
  void aCutCloudIsBackWhenTheCableIs() throws InterruptedException {
    var lab = SharedLab.lab();
    lab.faults().cut("home");
    Thread.sleep(3_000);
    var cut = lab.status().matrix();
    assertTrue(cut.missing().stream().allMatch(line -> line.contains("home-1")), cut::table);
    lab.faults().mend("home");
    assertTrue(Wait.holds(LIMIT, () -> lab.status().matrix().complete()));
  }
}
