package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.Loss;
import dev.weft.e2e.probe.SequencedTraffic;
import dev.weft.e2e.probe.SequencedTraffic.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two gateways in each of two clouds, and a home with one; one gateway of a cloud loses power. */
class SeveralGatewaysE2E {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int PER_SECOND = 50;

  /** Nothing comes or goes any more; the link stays up, for with it the node's routes would go. */
  private static final String CUT =
      """
      nft 'table inet cut {
        chain in { type filter hook prerouting priority -500; iifname eth0 drop; }
        chain out { type filter hook postrouting priority 500; oifname eth0 drop; }
      }'
      """;

  private static @Nullable TopologyLab lab;

  @BeforeAll
  static void up() {
    lab = TopologyLab.up("three-clouds");
    lab().assertWell();
    SharedLab.patch(lab().lab(), "{\"gatewaysPerLocation\": 2}");
    for (var node : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      awaited("a second device on " + node, () -> devices(node).contains("weft01"));
    }
    lab().assertWell();
  }

  @AfterAll
  static void down() {
    if (lab != null) {
      lab.close();
    }
  }

  private static TopologyLab lab() {
    return Objects.requireNonNull(lab);
  }

  private static void awaited(String what, BooleanSupplier holds) {
    assertTrue(Wait.holds(LIMIT, holds), () -> what + ": not within " + LIMIT);
  }

  private static List<String> devices(String node) {
    return List.of(lab().on(node, "wg show interfaces").split("\\s+", -1));
  }

  private static String ordinal(String node) {
    return lab().lab().kubectl().get("wgn", node).at("/spec/ordinal").asText();
  }

  @Test
  void aGatewayThatLosesPowerIsLeftByItsLanes() {
    assertEquals(
        List.of("0", "1", "0", "1", "0"),
        Stream.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")
            .map(SeveralGatewaysE2E::ordinal)
            .toList());
    List<Loss> losses;
    try (var traffic = SequencedTraffic.start(directions(), PER_SECOND, PER_SECOND * 300)) {
      awaited("some traffic before", () -> bytes("gcp-1") > 0);
      // Its uplink and its network at once, as when the power fails.
      lab().on("gcp-1", CUT);
      for (var node : List.of("aws-1", "aws-2", "home-1")) {
        awaited(node + " leaves the lane to gcp-1", () -> lanes(node).equals(List.of("weft01")));
      }
      traffic.end();
      losses = traffic.join();
    } finally {
      lab().on("gcp-1", "nft delete table inet cut");
    }
    assertShort("a gateway loses power", losses, 15);
    for (var node : List.of("aws-1", "aws-2", "home-1")) {
      awaited(node + " takes the lane again", () -> lanes(node).equals(List.of("weft0", "weft01")));
    }
    lab().assertWell();
  }

  /** A frozen agent answers no pulse: its lanes are left, while its kernel still forwards. */
  @Test
  void aFrozenAgentOfAGatewayCutsNothingOff() {
    var pid = lab().lab().directory().root().resolve("pids/agent-gcp-1");
    var signal = "kill -%s $(cut -d' ' -f1 " + pid + ")";
    List<Loss> losses;
    try (var traffic = SequencedTraffic.start(directions(), PER_SECOND, PER_SECOND * 300)) {
      Shell.script(Place.HOST, signal.formatted("STOP")).orThrow();
      awaited("aws-1 leaves the lane", () -> lanes("aws-1").equals(List.of("weft01")));
      Shell.script(Place.HOST, signal.formatted("CONT")).orThrow();
      awaited("aws-1 takes it again", () -> lanes("aws-1").equals(List.of("weft0", "weft01")));
      traffic.end();
      losses = traffic.join();
    } finally {
      Shell.script(Place.HOST, signal.formatted("CONT"));
    }
    assertShort("an agent is frozen and thawed", losses, 5);
    lab().assertWell();
  }

  /**
   * Both directions between all pods of three nodes: the kernel chooses a lane by both addresses,
   * and with so many pairs no lane is without a flow.
   */
  private static List<Direction> directions() {
    var directions = new ArrayList<Direction>();
    for (var from : List.of("aws-2", "home-1")) {
      for (var pod : List.of("a", "b")) {
        for (var other : List.of("a", "b")) {
          var one = lab().lab().endpoint(new PodName(from, pod));
          var two = lab().lab().endpoint(new PodName("gcp-2", other));
          directions.add(new Direction(one, two));
          directions.add(new Direction(two, one));
        }
      }
    }
    return directions;
  }

  /** What is measured is reported; on a machine that is busy with others it proves no mark. */
  private static void assertShort(String what, List<Loss> losses, int seconds) {
    for (var loss : losses) {
      System.out.printf(
          "measured: %s: %s: longest gap %.2f s, lost %d of %d%n",
          what, loss.flow(), (double) loss.longestRun() / PER_SECOND, loss.lost(), loss.sent());
    }
    var worst = losses.stream().max(Comparator.comparingInt(Loss::longestRun)).orElseThrow();
    assertTrue(worst.longestRun() < seconds * PER_SECOND, worst::toString);
  }

  private static long bytes(String node) {
    var said = lab().on(node, "wg show all transfer | awk '{s += $3} END {print s + 0}'");
    return Long.parseLong(said);
  }

  /** The devices by which a node's packets to pods of gcp-2 leave. */
  private static List<String> lanes(String node) {
    return LaneGroups.devices(lab().lab(), node, lab().pod("gcp-2").address());
  }
}
