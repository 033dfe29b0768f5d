package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Output;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A Kilo cluster becomes a Weft mesh, node by node, and back, and for good. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TakeoverSoak {
  private static final Duration LIMIT = Duration.ofSeconds(40);
  private static final LabDirectory DIRECTORY = LabDirectory.named("e2e-kilo");
  private static @Nullable Lab lab;

  @BeforeAll
  static void kilo() {
    Lab.down(DIRECTORY);
    var topology = Topology.read(SharedLab.REPOSITORY.resolve("e2e/topologies/three-clouds.yaml"));
    lab = Lab.up(DIRECTORY, topology, SharedLab.REPOSITORY, true, new Progress(System.out));
    var none = weft("takeover", "kilo");
    assertEquals(2, none.exit());
    assertTrue(none.err().contains("there is no Kilo here"), none.err());
    new KiloState(lab()).make();
    assertAllReached("by Kilo alone");
    lab().installPrograms(false);
  }

  @AfterAll
  static void down() {
    if (System.getenv("WEFT_LAB_KEEP") == null) {
      Lab.down(DIRECTORY);
    }
  }

  @Test
  @Order(1)
  void aLookTellsMeshAndPlanAndChangesNothing() {
    var check = weft("takeover", "kilo", "--check");
    assertEquals(0, check.exit(), check.out() + check.err());
    for (var part :
        new String[] {
          "port: 51821",
          "weft.dev/takeover: \"moved\"",
          "enabled: false",
          "# == aws-1",
          "10.96.0.0/16"
        }) {
      assertTrue(check.out().contains(part), () -> part + " in\n" + check.out());
    }
    assertFalse(check.out().contains("hQpk6YLwdUSW"), "the preshared key");
    assertEquals("", lab().kubectl().run("get", "wgm,wgp", "-o", "name").orThrow());
  }

  @Test
  @Order(2)
  void halfMovedBothCarryPods() {
    var leader = weft("takeover", "kilo", "--apply", "--node", "aws-1");
    assertEquals(2, leader.exit());
    assertTrue(leader.err().contains("aws-1 leads its location for Kilo"), leader.err());
    ok("takeover", "kilo", "--apply", "--node", "gcp-1,gcp-2,aws-2", "--pod-cidr", "10.42.0.0/16");
    assertAllReached("gcp and aws-2 moved");
    // Which one carries a pair: Weft if both ends are moved, Kilo otherwise.
    assertEquals("weft0", device("aws-2", "10.42.3.1"));
    assertEquals("kilo0", device("aws-1", "10.42.3.1"));
    assertEquals("kilo0", device("gcp-1", "10.42.1.1"));
    assertNotEquals("kilo0", device("gcp-1", "10.42.2.1"));
  }

  @Test
  @Order(3)
  void theWayBackLeavesAllToKilo() {
    ok("takeover", "kilo", "--back", "--all", "--pod-cidr", "10.42.0.0/16");
    assertTrue(
        Wait.holds(LIMIT, () -> device("gcp-1", "10.42.2.1").equals("kilo0")),
        () -> Shell.script(lab().machine("gcp-1"), "ip rule; ip route show table 7050").out());
    assertAllReached("given back");
    assertEquals("", lab().kubectl().run("get", "wgm,wgp", "-o", "name").orThrow());
    assertFalse(
        lab().kubectl().run("get", "nodes", "-o", "yaml").orThrow().contains("weft.dev/endpoint"));
  }

  @Test
  @Order(4)
  void finishedThereIsNoKiloAnyMore() {
    var early = weft("takeover", "kilo", "--finish");
    assertEquals(2, early.exit());
    assertTrue(early.err().contains("not moved yet: aws-2, gcp-2, aws-1"), early.err());
    ok("takeover", "kilo", "--apply", "--all", "--pod-cidr", "10.42.0.0/16");
    assertAllReached("all moved");
    ok("takeover", "kilo", "--finish");
    for (var node : lab().inventory().nodes()) {
      var host =
          Shell.script(
              lab().machine(node.name()),
              "JAVA_HOME='%s' %s takeover kilo --host"
                  .formatted(
                      System.getProperty("java.home"), SharedLab.REPOSITORY.resolve("cli/weft")));
      assertEquals(0, host.exit(), host.err());
      var left =
          Shell.script(lab().machine(node.name()), "ip link; ip rule; iptables-save").orThrow();
      assertFalse(left.contains("kilo0") || left.contains("KILO-"), left);
    }
    assertAllReached("without Kilo");
    var nodes = lab().kubectl().run("get", "nodes", "-o", "yaml").orThrow();
    assertFalse(nodes.contains("kilo.squat.ai") || nodes.contains("weft.dev/takeover"), nodes);
    assertEquals("", lab().kubectl().run("get", "ds", "-n", "kube-system", "-o", "name").orThrow());
    assertTrue(lab().kubectl().get("wgp", "phone").at("/spec/disabled").asBoolean());
    assertTrue(lab().internetVerdict().clean(), () -> lab().internetVerdict().toString());
  }

  private static void assertAllReached(String when) {
    var status = Wait.look(LIMIT, () -> lab().status(), s -> s.matrix().missing().isEmpty());
    assertTrue(status.matrix().missing().isEmpty(), () -> when + "\n" + status.text());
  }

  /** By which link a pod's packet to an address leaves its node. */
  private static String device(String node, String address) {
    var pods = "10.42.%d.2".formatted(lab().inventory().node(node).number());
    return Shell.script(
            lab().machine(node),
            "ip route get %s from %s iif kube-bridge | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'"
                .formatted(address, pods))
        .orThrow()
        .strip();
  }

  private static void ok(String... args) {
    System.out.print(weft(args).orThrow());
  }

  private static Output weft(String... args) {
    return lab().weft(args);
  }

  private static Lab lab() {
    return Objects.requireNonNull(lab);
  }
}
