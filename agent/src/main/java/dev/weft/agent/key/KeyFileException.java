package dev.weft.agent.key;

import java.io.IOException;

/** A key file that is there and unsound; the text names it and the fix, and holds no secret. */
public final class KeyFileException extends IOException {
  private static final long serialVersionUID = 1L;

  KeyFileException(String message) {
    super(message);
  }
}
