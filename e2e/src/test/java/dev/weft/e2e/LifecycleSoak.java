package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.e2e.probe.Loss;
import dev.weft.e2e.probe.SequencedTraffic;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What is too long for {@code make test}: run by {@code make soak}. The seed is printed; {@code
 * WEFT_SOAK_SEED} repeats a run.
 */
@ExtendWith(SharedLab.class)
class LifecycleSoak {
  private static final int PER_SECOND = 1000;
  private static final List<String> NODES = List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1");

  @Test
  void agentsAreKilledAHundredTimesAtRandomMomentsAndNothingIsLost() throws InterruptedException {
    SharedLab.assertWell();
    var seed = System.getenv("WEFT_SOAK_SEED");
    long chosen = seed == null ? System.nanoTime() : Long.parseLong(seed);
    System.out.println("measured: seed " + chosen);
    var random = new Random(chosen);
    int seconds = 100 * 5;
    try (var traffic = traffic(seconds)) {
      for (int i = 0; i < 100; i++) {
        var node = NODES.get(random.nextInt(NODES.size()));
        // A start takes about two seconds on this kind of machine: some kills hit the first apply.
        Thread.sleep(random.nextInt(3_000));
        SharedLab.lab().faults().killAgent(node);
        SharedLab.lab().faults().startAgent(node);
      }
      assertNothingLost(traffic.join());
    }
    SharedLab.assertWell();
  }

  @Test
  void theApiServerIsAwayForTenMinutesAndNothingIsLost() throws InterruptedException {
    SharedLab.assertWell();
    try (var traffic = traffic(620)) {
      Thread.sleep(5_000);
      SharedLab.lab().faults().stopApiServer();
      Thread.sleep(600_000);
      SharedLab.lab().faults().startApiServer();
      assertNothingLost(traffic.join());
    }
    SharedLab.assertWell();
  }

  private static SequencedTraffic traffic(int seconds) {
    var directions = SequencedTraffic.betweenAll(SharedLab.onePodPerCloud());
    return SequencedTraffic.start(directions, PER_SECOND, PER_SECOND * seconds);
  }

  private static void assertNothingLost(List<Loss> losses) {
    losses.forEach(loss -> System.out.println("measured: " + loss));
    assertEquals(List.of(), losses.stream().filter(l -> l.lost() > 0).toList());
  }
}
