package dev.weft.agent.client;

import dev.weft.runtime.thread.Rounds;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the agent where its address of the API server no longer answers and another does: kubelet
 * starts it again, and it chooses anew. Tunnels carry on meanwhile. Has a thread of its own.
 */
public final class ApiServerSwitch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServerSwitch.class);

  /** Between two looks. */
  public static final Duration PAUSE = Duration.ofSeconds(15);

  private final ApiServerChoice choice;
  private final ApiServerAddress inUse;
  private final BooleanSupplier lost;
  private final Predicate<ApiServerAddress> answers;
  private final Runnable end;
  private final Rounds rounds;
  private final Thread thread;

  /**
   * One that is not started.
   *
   * @param lost whether the address in use has not answered for long
   * @param answers may block for some seconds
   * @param end ends the process
   */
  public ApiServerSwitch(
      ApiServerChoice choice,
      ApiServerAddress inUse,
      BooleanSupplier lost,
      Predicate<ApiServerAddress> answers,
      Runnable end,
      Rounds rounds) {
    this.choice = choice;
    this.inUse = inUse;
    this.lost = lost;
    this.answers = answers;
    this.end = end;
    this.rounds = rounds;
    this.thread = Thread.ofPlatform().daemon().name("api-server").unstarted(this::run);
  }

  /** Starts looking, where there is anything to choose. */
  public void start() {
    if (choice.candidates().size() > 1) {
      thread.start();
    } else {
      rounds.ended();
    }
  }

  private void run() {
    while (true) {
      try {
        Thread.sleep(PAUSE);
        look();
        rounds.done();
      } catch (InterruptedException e) {
        rounds.ended();
        return;
      } catch (Throwable e) {
        rounds.failed(e);
      }
    }
  }

  /** Ends the agent if another address is the better one now. */
  void look() {
    if (!lost.getAsBoolean()) {
      return;
    }
    choice
        .insteadOf(inUse, answers)
        .ifPresent(
            other -> {
              LOG.warn(
                  "the API server no longer answers at {}, but at {}: the agent starts anew",
                  inUse,
                  other);
              end.run();
            });
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
