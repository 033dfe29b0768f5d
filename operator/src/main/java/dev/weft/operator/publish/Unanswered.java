package dev.weft.operator.publish;

/**
 * Tells the first write without an answer, which is no more than a connection that broke, from an
 * API server that does not answer. When a mesh comes into force for the first time, connections to
 * the API server change their way and may break. Thread-safe.
 */
final class Unanswered {
  /** What the client gives as status code where there was no answer. */
  private static final int NO_ANSWER = 0;

  private boolean before;

  /** A write was answered. */
  synchronized void answered() {
    before = false;
  }

  /** Whether a failed write is the first one without an answer since the last answer. */
  synchronized boolean test(int code) {
    boolean first = code == NO_ANSWER && !before;
    before = code == NO_ANSWER;
    return first;
  }
}
