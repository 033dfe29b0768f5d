package dev.weft.operator;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.operator.publish.Fence.NotLeading;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class LeaderFenceTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private int second;
  private int renewed;
  private String holder = "me";
  private boolean away;
  private int looks;
  private final LeaderFence fence =
      new LeaderFence(
          "me",
          Duration.ofSeconds(15),
          this::read,
          () -> START.plusSeconds(second),
          () -> Duration.ofSeconds(second).toNanos());

  private Lease read() {
    looks++;
    if (away) {
      throw new KubernetesClientException("no answer");
    }
    return new LeaseBuilder()
        .withNewSpec()
        .withHolderIdentity(holder)
        .withRenewTime(START.plusSeconds(renewed).atZone(ZoneOffset.UTC))
        .endSpec()
        .build();
  }

  @Test
  void oneLookServesAllWritesUntilAnotherCouldLead() {
    for (second = 0; second < 12; second++) {
      fence.pass();
    }
    assertEquals(1, looks);
    renewed = 10;
    fence.pass();
    assertEquals(2, looks);
  }

  /** As after a stop of the whole process, in which another took the Lease over. */
  @Test
  void afterALongPauseAnotherThatLeadsStopsTheNextWrite() {
    fence.pass();
    second = 20;
    holder = "other";
    renewed = 19;
    assertThrows(NotLeading.class, fence::pass);
    holder = "me";
    assertThrows(NotLeading.class, fence::pass, "a new term begins anew");
  }

  @Test
  void anOwnLeaseThatWasNotRenewedInTimeIsNone() {
    fence.pass();
    second = 13;
    assertThrows(NotLeading.class, fence::pass);
    renewed = 13;
    assertDoesNotThrow(fence::pass);
  }

  @Test
  void withoutAnAnswerNothingIsWritten() {
    away = true;
    assertThrows(NotLeading.class, fence::pass);
  }

  @Test
  void whatWasRevokedStaysSo() {
    fence.pass();
    fence.revoke();
    assertThrows(NotLeading.class, fence::pass);
  }
}
