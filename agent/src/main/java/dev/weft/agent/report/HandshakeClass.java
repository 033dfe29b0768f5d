package dev.weft.agent.report;

/** How old a handshake is, coarsely, so that a tunnel at work changes no report. */
public enum HandshakeClass {
  FRESH("Fresh"),
  STALE("Stale"),
  NEVER("Never");

  /** After this WireGuard drops the session's keys. */
  private static final long SESSION_SECONDS = 180;

  private final String text;

  HandshakeClass(String text) {
    this.text = text;
  }

  /**
   * The class.
   *
   * @param lastEpochSecond 0: never
   */
  public static HandshakeClass of(long lastEpochSecond, long nowEpochSecond) {
    if (lastEpochSecond == 0) {
      return NEVER;
    }
    return nowEpochSecond - lastEpochSecond < SESSION_SECONDS ? FRESH : STALE;
  }

  /** As the NodeReport writes it. */
  public String text() {
    return text;
  }
}
