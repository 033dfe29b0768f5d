package dev.weft.operator;

import dev.weft.runtime.thread.Rounds;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Supervises JOSDK's leader election by what it does to the Lease, for its thread can't be asked.
 * The leader renews the Lease all the time; if it does not, another operator takes the Lease. If
 * the Lease stays as it is for longer than that takes, this operator's election no longer comes
 * round: it leads and has stopped renewing, or stands by and does not take what is free. For one
 * thread, but for {@link #close()}.
 */
final class ElectionWatch implements AutoCloseable {
  /** How long the Lease may stay as it is: four times its duration. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration SPACING = Duration.ofSeconds(5);

  private final Supplier<@Nullable Lease> read;
  private final Rounds rounds;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weft-election").factory());
  private String last = "";

  /**
   * A watch that is not started.
   *
   * @param read reads the Lease; null: there is none
   * @param supervision notified of each change of the Lease
   */
  ElectionWatch(Supplier<@Nullable Lease> read, Supervision supervision) {
    this.read = read;
    this.rounds = supervision.watch("election", PATIENCE);
    rounds.idle();
  }

  /** From now on the election is expected to run. */
  void start() {
    rounds.begun();
    var ignored =
        thread.scheduleWithFixedDelay(this::round, 0, SPACING.toSeconds(), TimeUnit.SECONDS);
  }

  private void round() {
    try {
      look();
    } catch (RuntimeException | Error e) {
      rounds.failed(e);
    }
  }

  /** Looks at the Lease once. */
  void look() {
    try {
      var now = record(read.get());
      if (!now.equals(last)) {
        last = now;
        rounds.done();
      }
    } catch (KubernetesClientException e) {
      rounds.done(); // an outage, or a right that is missing, says nothing about the thread
    }
  }

  private static String record(@Nullable Lease lease) {
    var spec = lease == null ? null : lease.getSpec();
    return spec == null ? "" : spec.getHolderIdentity() + " " + spec.getRenewTime();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    rounds.ended();
  }
}
