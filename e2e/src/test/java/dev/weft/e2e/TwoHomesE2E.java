package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Lab;
import dev.weft.e2e.lab.LabDirectory;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Progress;
import dev.weft.e2e.lab.Topology;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two homes, each behind a router that lets nothing in, one with two nodes behind its one public
 * address, and a cloud that sees them all. Every node has tunnels of its own.
 */
class TwoHomesE2E {
  private static final LabDirectory DIRECTORY = LabDirectory.named("e2e-homes");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static @Nullable Lab lab;

  @BeforeAll
  static void up() {
    Lab.down(DIRECTORY);
    var topology = Topology.read(SharedLab.REPOSITORY.resolve("e2e/topologies/crowded-home.yaml"));
    lab = Lab.up(DIRECTORY, topology, SharedLab.REPOSITORY, false, new Progress(System.out));
    SharedLab.patch(lab, "{\"granularity\": \"Full\"}");
    lab.awaitReady(LIMIT);
  }

  @AfterAll
  static void down() {
    Lab.down(DIRECTORY);
  }

  @Test
  void theyMeetDirectlyAndStayTogetherWhenTheCloudIsGone() {
    assertTrue(Wait.holds(LIMIT, () -> lab().status().good()), () -> lab().status().text());
    assertTrue(
        Wait.holds(LIMIT, () -> on("home-1", "wg show weft0 endpoints").contains("198.51.100.")),
        () -> "home calls the cabin's public address: " + on("home-1", "wg show weft0 endpoints"));
    // Both nodes of the home listen at 51820; the router gave one of them another port.
    assertEquals(
        2,
        on("cabin-1", "wg show weft0 endpoints | grep -o '203[.]0[.]113[.].*' | sort -u")
            .lines()
            .count(),
        () -> on("cabin-1", "wg show weft0 endpoints"));
    lab().faults().cut("aws");
    try {
      // Together with the cloud the API server and the operator are gone.
      for (var home : List.of("home-1", "home-2")) {
        assertTrue(Wait.holds(LIMIT, () -> answers(home, "cabin-1")));
        assertTrue(Wait.holds(LIMIT, () -> answers("cabin-1", home)));
      }
    } finally {
      lab().faults().mend("aws");
    }
    assertTrue(Wait.holds(LIMIT, () -> lab().status().good()), () -> lab().status().text());
  }

  @Test
  void anEndpointThatDoesNotAnswerGivesWayToTheNext() {
    assertTrue(Wait.holds(LIMIT, () -> lab().status().good()), () -> lab().status().text());
    var cloud = on("home-1", "wg show weft0 endpoints | awk '$2 ~ /^192.0.2/ {print $1, $2}'");
    var key = cloud.substring(0, cloud.indexOf(' '));
    addresses("192.0.2.99", "192.0.2.11");
    assertTrue(
        Wait.holds(
            LIMIT,
            () ->
                lab()
                    .kubectl()
                    .get("wgn", "aws-1")
                    .at("/spec/devices/0/endpoints/0")
                    .asText()
                    .equals("192.0.2.99:51820")));
    assertEquals(
        cloud,
        on("home-1", "wg show weft0 endpoints | awk '$2 ~ /^192.0.2/ {print $1, $2}'"),
        "a tunnel that works keeps its endpoint");
    // Without memory of what worked: a node that just came back.
    lab().faults().stopAgent("home-1");
    on("home-1", "wg set weft0 peer '" + key + "' remove");
    // The cloud forgets where home is, so that only home can begin.
    var home = on("home-1", "wg show weft0 public-key");
    on("aws-1", "wg set weft0 peer '" + home + "' remove");
    lab().faults().startAgent("home-1");
    try {
      assertTrue(
          Wait.holds(LIMIT, () -> answers("home-1", "aws-1")), () -> on("home-1", "wg show weft0"));
    } finally {
      addresses("192.0.2.11");
    }
  }

  private static void addresses(String... external) {
    var list = new StringBuilder("{\"type\":\"InternalIP\",\"address\":\"10.1.0.11\"}");
    for (var address : external) {
      list.append(",{\"type\":\"ExternalIP\",\"address\":\"%s\"}".formatted(address));
    }
    lab()
        .kubectl()
        .run(
            "patch",
            "node",
            "aws-1",
            "--subresource=status",
            "--type=json",
            "-p",
            "[{\"op\":\"replace\",\"path\":\"/status/addresses\",\"value\":[" + list + "]}]")
        .orThrow();
  }

  private static boolean answers(String from, String to) {
    Endpoint target = lab().endpoint(new PodName(to, "a"));
    return Shell.run(
            lab().pod(new PodName(from, "a")),
            "curl",
            "-s",
            "--max-time",
            "3",
            "http://" + target.address() + "/")
        .ok();
  }

  private static String on(String node, String script) {
    return Shell.script(lab().machine(node), script).orThrow().strip();
  }

  private static Lab lab() {
    return Objects.requireNonNull(lab);
  }
}
