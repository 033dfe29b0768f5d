package dev.weft.agent.probe;

import java.time.Duration;

/** How often a pulse is taken, and how many answers end a silence. */
public enum Pace {
  /** Where silence is evidence for the operator: known before a Lease of 10 s runs out. */
  CALM(Duration.ofSeconds(2), 1),
  /**
   * Where silence moves packets to another lane at once. Two answers must come before the lane is
   * taken again, so that one that loses most packets doesn't come and go.
   */
  QUICK(Duration.ofMillis(300), 2);

  final long nanos;
  final int answersAfterSilence;

  Pace(Duration pause, int answersAfterSilence) {
    this.nanos = pause.toNanos();
    this.answersAfterSilence = answersAfterSilence;
  }
}
