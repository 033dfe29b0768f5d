package dev.weft.bench;

import dev.weft.agent.key.KeyPairs;
import dev.weft.mesh.dataplane.DataplanePlanner;
import java.io.IOException;
import java.security.SecureRandom;

/** One node's plan in a mesh of 5,000 locations. */
final class PlannerBenchmark {
  private static final int NODES = 5000;
  private static final int WARM_UP = 30;

  private PlannerBenchmark() {}

  static void run(Results results) throws IOException {
    var own = KeyPairs.generate(new SecureRandom());
    var view = Fleet.view(NODES, own);
    var facts = Fleet.facts();
    var secrets = Fleet.secrets(own);
    var samples =
        Stopwatch.measure(
            WARM_UP,
            () -> {},
            () -> {
              var state = DataplanePlanner.plan(view, facts, secrets);
              if (state.devices().stream().mapToInt(d -> d.peers().size()).sum() != NODES - 1) {
                throw new IOException("the plan has not every peer");
              }
            });
    results.add("plan of 5,000 nodes", "weft", samples);
  }
}
