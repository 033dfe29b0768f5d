package dev.weft.e2e.lab;

import java.io.PrintStream;
import java.time.Duration;

/** Says what is being done, with the seconds since the beginning. */
public final class Progress {
  private final PrintStream out;
  private final long start = System.nanoTime();

  public Progress(PrintStream out) {
    this.out = out;
  }

  /** Says one thing. */
  public void say(String what) {
    out.printf("%5.1f s  %s%n", elapsed().toMillis() / 1000.0, what);
    out.flush();
  }

  /** Since the beginning. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
