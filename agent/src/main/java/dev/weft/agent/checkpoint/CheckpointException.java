package dev.weft.agent.checkpoint;

import java.io.IOException;

/** A checkpoint that cannot be used; the text says why, and holds none of its content. */
final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message) {
    super(message);
  }
}
