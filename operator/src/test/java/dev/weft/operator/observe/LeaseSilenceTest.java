package dev.weft.operator.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeaseSilenceTest {
  private final LeaseSilence silence = new LeaseSilence(0);

  private static long at(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private static Lease lease(String node, int renewed) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(node)
        .endMetadata()
        .withNewSpec()
        .withRenewTime(Instant.ofEpochSecond(renewed).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  private boolean isDead(int second, Lease... leases) {
    return silence.isDead(new LeaseAnswer.Listed(at(second), List.of(leases)), at(second));
  }

  @Test
  void renewalsThatTheWatchNeverToldProveThatItDied() {
    silence.told(lease("a", 5), at(5));
    assertFalse(isDead(20, lease("a", 18)), "may be on its way");
    assertFalse(silence.isSuspicious(at(34)));
    assertTrue(silence.isSuspicious(at(35)));
    assertTrue(isDead(36, lease("a", 34)));
  }

  @Test
  void agentsThatAreAllSilentMakeNoDeadWatch() {
    silence.told(lease("a", 5), at(5));
    assertTrue(silence.isSuspicious(at(60)));
    assertFalse(isDead(60, lease("a", 5)));
    assertFalse(silence.isDead(new LeaseAnswer.Unreachable(at(61)), at(61)));
  }

  @Test
  void aNewLeaseThatWasNotToldCountsToo() {
    silence.told(lease("a", 5), at(5));
    assertTrue(isDead(40, lease("a", 5), lease("b", 20)));
  }

  @Test
  void anOldAnswerProvesNothing() {
    silence.told(lease("a", 5), at(5));
    assertFalse(silence.isDead(new LeaseAnswer.Listed(at(6), List.of(lease("a", 6))), at(40)));
  }

  @Test
  void withoutAgentsNothingIsExpected() {
    assertFalse(silence.isSuspicious(at(100)));
    assertEquals(Duration.ofDays(1), silence.next(at(100)));
    silence.told(lease("a", 1), at(100));
    silence.gone("a", at(101));
    assertFalse(silence.isSuspicious(at(200)));
  }
}
