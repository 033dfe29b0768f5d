package dev.weft.runtime.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether a program has started: it was ready once, or {@link #LONGEST} are over, since one without
 * an API server is never ready and must not be started again for that. Kubelet leaves a Warning of
 * each probe that fails, so who asks too early waits.
 */
public final class Startup {
  /** Where it is asked for. */
  public static final String PATH = "/startz";

  static final Duration LONGEST = Duration.ofSeconds(30);

  /** Of one request: less than {@link BoundedServer} gives an answer. */
  private static final Duration HOLD = Duration.ofSeconds(3);

  private static final Duration LOOK = Duration.ofMillis(50);

  private final BooleanSupplier ready;
  private final LongSupplier clock;
  private final long begun;
  private final AtomicBoolean over = new AtomicBoolean();

  /** One that begins now. */
  public Startup(BooleanSupplier ready) {
    this(ready, System::nanoTime);
  }

  Startup(BooleanSupplier ready, LongSupplier clock) {
    this.ready = ready;
    this.clock = clock;
    this.begun = clock.getAsLong();
  }

  /**
   * Waits for the end of the start; true: the request is to be answered. Else it was, by a redirect
   * to itself: kubelet's probe follows up to ten, and waits with them for longer than one request.
   */
  public boolean isOver(HttpExchange exchange) throws IOException {
    try {
      if (await()) {
        return true;
      }
      exchange.getResponseHeaders().set("Location", PATH);
      exchange.sendResponseHeaders(307, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
    return false;
  }

  /** Whether it is over within the time of a request. */
  boolean await() throws InterruptedException {
    long asked = clock.getAsLong();
    while (!isOver()) {
      if (clock.getAsLong() - asked > HOLD.toNanos()) {
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  private boolean isOver() {
    if (!over.get() && (ready.getAsBoolean() || clock.getAsLong() - begun > LONGEST.toNanos())) {
      over.set(true);
    }
    return over.get();
  }
}
