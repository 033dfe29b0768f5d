package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.e2e.lab.PodName;
import dev.weft.e2e.lab.Wait;
import dev.weft.e2e.probe.Loss;
import dev.weft.e2e.probe.SequencedTraffic;
import dev.weft.e2e.probe.SequencedTraffic.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Two gateways in each of two clouds, and a home with one: {@code weft drain} takes one out, under
 * traffic, and {@code weft undrain} lets it come back. Status and metrics say so meanwhile.
 */
class DrainE2E {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int PER_SECOND = 50;

  private static @Nullable TopologyLab lab;

  @BeforeAll
  static void up() {
    lab = TopologyLab.up("three-clouds");
    lab().assertWell();
    SharedLab.patch(lab().lab(), "{\"gatewaysPerLocation\": 2}");
    awaited(
        "two gateways of gcp", () -> states().equals(List.of("gcp-1 0 Ready", "gcp-2 1 Ready")));
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
    assertTrue(Wait.holds(LIMIT, holds), () -> what + ": not within " + LIMIT + ": " + states());
  }

  /** The gateways of gcp as the mesh's status has them. */
  private static List<String> states() {
    var locations = lab().lab().kubectl().get("wgm", "demo").at("/status/locations");
    return StreamSupport.stream(locations.spliterator(), false)
        .filter(l -> l.path("name").asText().equals("gcp"))
        .flatMap(l -> StreamSupport.stream(l.path("gatewayStates").spliterator(), false))
        .map(
            g ->
                "%s %s %s"
                    .formatted(
                        g.path("node").asText(),
                        g.path("ordinal").asText(),
                        g.path("state").asText()))
        .toList();
  }

  private static String role(String node) {
    return lab().lab().kubectl().get("wgn", node).at("/spec/role").asText();
  }

  private static String metrics(String node) {
    return lab().on(node, "curl -sf http://127.0.0.1:9586/metrics | grep '^weft_lane' || true");
  }

  @Test
  void aGatewayIsDrainedUnderTrafficAndComesBackAndNothingIsLost() {
    assertTrue(metrics("aws-1").contains("location=\"gcp\",ordinal=\"1\",peer=\"gcp-2\"} 1"));
    var graph = lab().lab().weft("graph").orThrow();
    assertTrue(graph.contains("gcp-2 (1)"), graph);
    List<Loss> losses;
    try (var traffic = SequencedTraffic.start(directions(), PER_SECOND, PER_SECOND * 300)) {
      var said = lab().lab().weft("drain", "gcp-1", "--wait", "--timeout", "120").orThrow();
      assertTrue(said.contains("it is safe to stop it"), said);
      assertEquals("Member", role("gcp-1"));
      lab().lab().weft("undrain", "gcp-1").orThrow();
      awaited("gcp-1 is a gateway again", () -> states().contains("gcp-1 0 Ready"));
      traffic.end();
      losses = traffic.join();
    }
    for (var loss : losses) {
      assertEquals(0, loss.lost(), loss::toString);
    }
    lab().assertWell();
  }

  /** The one gateway of home has nobody to hand over to: it is said, and the role stays. */
  @Test
  void aGatewayThatNobodyCanReplaceIsNotSafeToStop() {
    var said = lab().lab().weft("drain", "home-1", "--wait", "--timeout", "5");
    try {
      assertEquals(1, said.exit(), said::toString);
      assertTrue(said.out().contains("NoSuccessor"), said::out);
      assertEquals("Gateway", role("home-1"));
    } finally {
      lab().lab().weft("undrain", "home-1").orThrow();
    }
  }

  /** Both directions between pods of two nodes and pods behind the gateways of gcp. */
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
}
