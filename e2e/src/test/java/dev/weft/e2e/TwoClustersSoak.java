package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Two clusters with real kubelets, each with its own Weft, on one internet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class TwoClustersSoak {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private KubeletBed north;
  private KubeletBed south;

  @BeforeAll
  void up() {
    north = KubeletBed.oneOf(TwoClustersSoak.class, "north");
    south = KubeletBed.oneOf(TwoClustersSoak.class, "south");
    south.cluster().join(north.cluster());
  }

  @AfterAll
  void down() {
    KubeletBed.assertNothingLeft(TwoClustersSoak.class, "north");
    KubeletBed.assertNothingLeft(TwoClustersSoak.class, "south");
  }

  @Test
  @Order(1)
  void eachWorksBesideTheOther() {
    north.assertAllReached(LIMIT);
    south.assertAllReached(LIMIT);
    for (var bed : new KubeletBed[] {north, south}) {
      assertEquals(2, bed.cluster().nodes().size());
      assertEquals(
          "True", KubeletBed.condition(bed.cluster().kubectl().get("wgm", "weft"), "Ready"));
    }
  }

  @Test
  @Order(2)
  void nodesReachTheOthersPublicAddressesAndNotItsPods() {
    assertTrue(answers(north, "north-2", "198.51.100.11"), "API server of south, from north-2");
    assertTrue(answers(south, "south-2", "192.0.2.11"), "API server of north, from south-2");
    var pod =
        north
            .cluster()
            .kubectl()
            .run(
                "get",
                "pod",
                "-l",
                "k8s-app=kube-dns",
                "-A",
                "-o",
                "jsonpath={.items[0].status.podIP}")
            .orThrow()
            .strip();
    assertTrue(pod.startsWith("10.244."), pod);
    var url = "http://" + pod + ":8181/ready";
    assertTrue(Shell.run(north.cluster().machine("north-2"), "curl", "-sf", "-m", "5", url).ok());
    assertFalse(Shell.run(south.cluster().machine("south-2"), "curl", "-sf", "-m", "5", url).ok());
  }

  @Test
  @Order(3)
  void oneGoesAndTheOtherStays() {
    KubeletBed.assertNothingLeft(TwoClustersSoak.class, "north");
    assertTrue(
        Wait.holds(LIMIT, () -> !answers(south, "south-2", "192.0.2.11")), "north is still there");
    south.assertAllReached(LIMIT);
  }

  private static boolean answers(KubeletBed bed, String node, String address) {
    var url = "https://" + address + ":6443/readyz";
    return Wait.holds(
        Duration.ofSeconds(10),
        () -> Shell.run(bed.cluster().machine(node), "curl", "-skf", "-m", "3", url).ok());
  }
}
