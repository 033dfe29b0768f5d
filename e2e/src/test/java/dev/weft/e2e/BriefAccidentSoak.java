package dev.weft.e2e;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The accidents that take seconds; all others: {@link AccidentSoak}. */
class BriefAccidentSoak extends AccidentContract {
  private static final int REPAIRED_AFTER_SECONDS = 3;

  private List<Accidents.Accident> brief() {
    return accidents(REPAIRED_AFTER_SECONDS).brief();
  }

  @ParameterizedTest
  @MethodSource("brief")
  void anAccidentCostsNoPacketAndIsRecoveredFrom(Accidents.Accident accident)
      throws InterruptedException {
    nothingIsLost(accident);
  }
}
