package dev.weft.e2e;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is too long for {@code make test}: run by {@code make soak}. The seed is printed; {@code
 * WEFT_SOAK_SEED} repeats a run.
 */
@ExtendWith(SharedLab.class)
class LifecycleSoak {
  private static final List<String> NODES = List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1");

  private static final int ROUNDS = 4;

  /** Seconds: more than all rounds take. */
  private static final int LONGEST = 1_200;

  @Test
  void agentsAreKilledAHundredTimesAtRandomMomentsAndNothingIsLost() throws InterruptedException {
    SharedLab.assertWell();
    var random = seeded();
    int seconds = 100 * 5;
    try (var traffic = new UnderTraffic(seconds)) {
      for (int i = 0; i < 100; i++) {
        var node = NODES.get(random.nextInt(NODES.size()));
        // A start takes about two seconds on this kind of machine: some kills hit the first apply.
        Thread.sleep(random.nextInt(3_000));
        SharedLab.lab().faults().killAgent(node);
        SharedLab.lab().faults().startAgent(node);
      }
      traffic.assertNothingLost();
    }
    SharedLab.assertWell();
  }

  @Test
  void theApiServerIsAwayForTenMinutesAndNothingIsLost() throws InterruptedException {
    SharedLab.assertWell();
    try (var traffic = new UnderTraffic(620)) {
      Thread.sleep(5_000);
      SharedLab.lab().faults().stopApiServer();
      Thread.sleep(600_000);
      SharedLab.lab().faults().startApiServer();
      traffic.assertNothingLost();
    }
    SharedLab.assertWell();
  }

  /** Each is done several times, next to any other. */
  @ParameterizedTest
  @EnumSource
  void everythingChangesInRandomOrderAndNothingIsLost(UnderTraffic.Flows flows)
      throws InterruptedException {
    SharedLab.assertWell();
    var random = seeded();
    var disturbances = new Disturbances(SharedLab.lab()).all(5);
    try (var traffic = new UnderTraffic(flows, LONGEST)) {
      for (int round = 0; round < ROUNDS; round++) {
        var shuffled = new ArrayList<>(disturbances);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(d -> traffic.during(flows + ": " + d.name(), d.run()));
      }
      traffic.endAndAssertNothingLost();
    }
    SharedLab.assertWell();
  }

  private static Random seeded() {
    var seed = System.getenv("WEFT_SOAK_SEED");
    long chosen = seed == null ? System.nanoTime() : Long.parseLong(seed);
    System.out.println("measured: seed " + chosen);
    return new Random(chosen);
  }
}
