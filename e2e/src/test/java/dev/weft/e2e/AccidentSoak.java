package dev.weft.e2e;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every accident, left for longer than Leases and probes last. */
class AccidentSoak extends AccidentContract {
  private static final int REPAIRED_AFTER_SECONDS =
      Integer.parseInt(System.getenv().getOrDefault("WEFT_ACCIDENT_SECONDS", "60"));

  private List<Accidents.Accident> all() {
    return accidents(REPAIRED_AFTER_SECONDS).all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void anAccidentCostsNoPacketAndIsRecoveredFrom(Accidents.Accident accident)
      throws InterruptedException {
    nothingIsLost(accident);
  }
}
