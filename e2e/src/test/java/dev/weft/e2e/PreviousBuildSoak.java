package dev.weft.e2e;

import static dev.weft.e2e.UnderTraffic.Flows.BOTH_WAYS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Agents of an older build are upgraded to the image: from its read-only root file system, under
 * traffic.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PreviousBuildSoak {
  private static final LabDirectory DIRECTORY = LabDirectory.named("e2e-images");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Seconds that it may take to replace all agents. */
  private static final int LONGEST = 600;

  /** No release, and no older commit. */
  private static final int NO_HISTORY = 3;

  private static @Nullable Lab lab;

  @BeforeAll
  static void build() {
    Lab.down(DIRECTORY);
    ImagesE2E.script("deploy/images/build").orThrow();
    for (var name : List.of("agent", "operator")) {
      ImagesE2E.script("deploy/images/build", "--root", name, root(name).toString()).orThrow();
    }
  }

  @AfterAll
  static void down() {
    Lab.down(DIRECTORY);
  }

  private static Path root(String name) {
    return ImagesE2E.IMAGES.resolve("roots").resolve(name);
  }

  @Test
  @Order(1)
  void agentsOfTheBuildBeforeAreReplacedByTheImageAndNothingIsLost() throws InterruptedException {
    var previous = ImagesE2E.script("e2e/tools/previous-build.sh");
    assumeTrue(previous.exit() != NO_HISTORY, "history doesn't reach back to an older build");
    var topology = Topology.read(SharedLab.REPOSITORY.resolve("e2e/topologies/three-clouds.yaml"));
    var before =
        Map.of("agent", previous.orThrow().strip(), "operator", root("operator").toString());
    var old =
        Lab.up(DIRECTORY, topology, SharedLab.REPOSITORY, before, false, new Progress(System.out));
    old.awaitReady(PATIENCE);
    Wait.look(PATIENCE, old::status, s -> s.good());
    var onePerCloud =
        List.of("aws-1", "gcp-1", "home-1").stream()
            .map(node -> old.endpoint(new PodName(node, "a")))
            .toList();
    var now =
        old.running(
            Map.of("agent", root("agent").toString(), "operator", root("operator").toString()));
    lab = now;
    try (var traffic = new UnderTraffic(now, BOTH_WAYS, onePerCloud, LONGEST)) {
      now.rollOut(PATIENCE);
      traffic.endAndAssertNothingLost();
    }
    var status = Wait.look(PATIENCE, now::status, s -> s.good());
    assertTrue(status.good(), status::text);
  }

  @Test
  @Order(2)
  void anAgentSeesItsImageAloneAndHasNothingButNetAdmin() {
    assumeTrue(lab != null, "no lab was built");
    var agent =
        Shell.run(
                lab().machine("gcp-1"),
                "bash",
                "-c",
                "for p in /proc/[0-9]*; do ! grep -qa dev.weft.agent.[M]ain $p/cmdline || echo $p; done")
            .orThrow()
            .strip();
    assertEquals("agent", on("cat " + agent + "/root/etc/weft-image"));
    assertEquals("0000000000001000", on("sed -n 's/^CapEff:.//p' " + agent + "/status"));
    assertEquals("0000000000001000", on("sed -n 's/^CapBnd:.//p' " + agent + "/status"));
    assertEquals("1", on("sed -n 's/^NoNewPrivs:.//p' " + agent + "/status"));
    var written = Shell.run(lab().machine("gcp-1"), "touch", agent + "/root/usr/x");
    assertTrue(written.err().contains("Read-only file system"), written::err);
  }

  private static String on(String command) {
    return Shell.run(lab().machine("gcp-1"), "bash", "-c", command).orThrow().strip();
  }

  private static Lab lab() {
    return Objects.requireNonNull(lab);
  }
}
