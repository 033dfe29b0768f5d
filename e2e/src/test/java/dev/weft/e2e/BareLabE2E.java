package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.NetworkNamespace;
import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The lab itself, without what it is for: clouds keep to themselves, pods attached by hand don't
 * reach other clouds, their attempts are caught, and afterwards nothing is left.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BareLabE2E {
  private static final LabDirectory DIRECTORY = LabDirectory.named("bare");
  private static @Nullable Lab lab;

  @BeforeAll
  static void up() {
    Lab.down(DIRECTORY);
    var topology = Topology.read(SharedLab.REPOSITORY.resolve("e2e/topologies/three-clouds.yaml"));
    lab = Lab.up(DIRECTORY, topology, SharedLab.REPOSITORY, true, new Progress(System.out));
  }

  @AfterAll
  static void down() {
    Lab.down(DIRECTORY);
  }

  @Test
  @Order(1)
  void theApiServerIsReachedFromEveryCloudAndOnlyInsideTheLab() {
    for (var node : new String[] {"aws-1", "gcp-1", "home-1"}) {
      assertTrue(on(node, "curl -sk --max-time 5 https://192.0.2.10:6443/version").contains("36"));
    }
    var outside =
        Shell.run(Place.HOST, "curl", "-sk", "--max-time", "2", "https://192.0.2.10:6443/version");
    assertFalse(outside.ok());
    assertTrue(lab().internetVerdict().clean(), () -> lab().internetVerdict().toString());
  }

  @Test
  @Order(2)
  void namesOfTheLabResolveAndOthersDont() {
    assertTrue(on("home-1", "getent hosts api.weft.test").contains("192.0.2.10"));
    assertEquals("none", on("home-1", "getent hosts nowhere.weft.test || echo none").strip());
  }

  @Test
  @Order(3)
  void homeLetsNothingInThatItDidNotAskFor() {
    var listen = "timeout 3 socat -u UDP-LISTEN:51820 STDOUT > /run/tmp/heard || true";
    var heard =
        new NetworkNamespace(DIRECTORY.netns("home-1"))
            .start("listen", () -> Shell.script(lab().machine("home-1"), listen));
    on("aws-1", "sleep 1; echo hello | socat -u - UDP:203.0.113.2:51820");
    heard.join();
    assertEquals("", on("home-1", "cat /run/tmp/heard"));
    assertFalse(lab().internetVerdict().clean());
    lab().forgetCaptures();
  }

  @Test
  @Order(4)
  void podsOfOtherCloudsAreOutOfReachAndTheAttemptIsCaught() {
    for (var node : lab().inventory().nodes()) {
      on(node.name(), handMade(node.podCIDRs(lab().inventory().topology()).getFirst().toString()));
    }
    lab().attachPods();
    var status = lab().status();
    assertEquals(90 - 10, status.matrix().missing().size(), status::text);
    assertFalse(status.internet().clean());
    assertTrue(status.internet().violations().getFirst().reason().startsWith("private address"));
  }

  @Test
  @Order(5)
  void afterwardsNothingIsLeft() {
    var root = DIRECTORY.root().toString();
    Lab.down(DIRECTORY);
    assertFalse(DIRECTORY.exists());
    assertFalse(Shell.run(Place.HOST, "cat", "/proc/mounts").out().contains(root));
    var processes = Shell.run(Place.HOST, "ps", "axww", "-o", "args").out();
    assertFalse(processes.lines().anyMatch(line -> line.contains(root)), processes);
  }

  private static String handMade(String podCidr) {
    return """
        cp /usr/lib/cni/* /opt/cni/bin/
        cat > /etc/cni/net.d/10-hand.conflist <<'JSON'
        {"cniVersion":"1.0.0","name":"hand","plugins":[{"type":"bridge","bridge":"hand0",
         "isGateway":true,"ipam":{"type":"host-local","ranges":[[{"subnet":"%s"}]],
         "routes":[{"dst":"0.0.0.0/0"}]}},{"type":"portmap","capabilities":{"portMappings":true}}]}
        JSON
        """
        .formatted(podCidr);
  }

  private static Lab lab() {
    return Objects.requireNonNull(lab);
  }

  private static String on(String node, String script) {
    return Shell.script(lab().machine(node), script).orThrow();
  }
}
