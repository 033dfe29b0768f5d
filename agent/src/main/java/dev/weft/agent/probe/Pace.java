package dev.weft.agent.probe;

import java.time.Duration;

/** How often a pulse is taken, and how many answers end a silence. */
public enum Pace {
  /** Where silence is evidence for the operator: known before a Lease of 10 s runs out. */
  CALM(Duration.ofSeconds(2), Duration.ofSeconds(2), 1),
  /**
   * Where silence moves packets to another lane at once. Two answers must come before the lane is
   * taken again, so that one that loses most packets doesn't come and go. After one that is missing
   * the next are sent sooner, so that a silence is known after 0.6 s.
   */
  QUICK(Duration.ofMillis(300), Duration.ofMillis(150), 2);

  final long nanos;

  /** Between two requests, while some but not enough for a silence are missing. */
  final long nanosInDoubt;

  final int answersAfterSilence;

  Pace(Duration pause, Duration pauseInDoubt, int answersAfterSilence) {
    this.nanos = pause.toNanos();
    this.nanosInDoubt = pauseInDoubt.toNanos();
    this.answersAfterSilence = answersAfterSilence;
  }
}
