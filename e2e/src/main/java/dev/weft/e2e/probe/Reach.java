package dev.weft.e2e.probe;

import java.time.Duration;

/** Whether one pod reached another. */
public sealed interface Reach {
  /**
   * The right pod answered, and saw the asker's own address.
   *
   * @param roundTrip of the TCP handshake
   */
  record Answered(Duration roundTrip) implements Reach {}

  /** Something answered, but the wrong one, or it saw another address than the asker's. */
  record Wrong(String answer) implements Reach {}

  /** Nothing answered. */
  record Silent(String reason) implements Reach {}
}
