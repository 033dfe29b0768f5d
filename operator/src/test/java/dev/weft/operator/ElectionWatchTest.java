package dev.weft.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the Lease shows of the election. */
class ElectionWatchTest {
  private static final List<String> STALLED = List.of("election");

  private long now;
  private int renewal;
  private boolean away;
  private boolean there = true;
  private final Supervision supervision = new Supervision(() -> now);

  private @Nullable Lease read() {
    if (away) {
      throw new KubernetesClientException("the API server is away");
    }
    return there
        ? new LeaseBuilder()
            .withNewSpec()
            .withHolderIdentity("one")
            .withRenewTime(Instant.ofEpochSecond(renewal).atZone(ZoneOffset.UTC))
            .endSpec()
            .build()
        : null;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void aLeaseThatIsRenewedIsWellAndOneThatStaysAsItIsIsAStall() {
    try (var watch = new ElectionWatch(this::read, supervision)) {
      pass(Duration.ofHours(1));
      assertEquals(List.of(), supervision.stalled(), "it was not started");
      for (int i = 0; i < 50; i++) {
        renewal++;
        watch.start();
        watch.look();
        pass(Duration.ofSeconds(10));
        assertEquals(List.of(), supervision.stalled());
      }
    }
  }

  @Test
  void nobodyTakesWhatIsFree() {
    try (var watch = new ElectionWatch(this::read, supervision)) {
      watch.start();
      watch.look();
      pass(ElectionWatch.PATIENCE.plusNanos(1));
      watch.look();
      assertEquals(STALLED, supervision.stalled());
      renewal++;
      watch.look();
      assertEquals(List.of(), supervision.stalled());
      there = false;
      watch.look();
      pass(ElectionWatch.PATIENCE.plusNanos(1));
      watch.look();
      assertEquals(STALLED, supervision.stalled(), "nor makes what is gone");
    }
  }

  /** What can't be read says nothing, and there are other alerts for it. */
  @Test
  void anApiServerThatIsAwayIsNoStall() {
    try (var watch = new ElectionWatch(this::read, supervision)) {
      watch.start();
      away = true;
      pass(ElectionWatch.PATIENCE.plusNanos(1));
      watch.look();
      assertEquals(List.of(), supervision.troubled());
    }
  }

  @Test
  void aTermThatIsOverIsWatchedNoLonger() {
    var watch = new ElectionWatch(this::read, supervision);
    watch.start();
    watch.close();
    pass(ElectionWatch.PATIENCE.plusNanos(1));
    assertEquals(List.of(), supervision.stalled());
  }
}
