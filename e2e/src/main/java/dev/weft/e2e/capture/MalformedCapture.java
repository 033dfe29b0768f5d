package dev.weft.e2e.capture;

/** A capture file that can't be read: where, and why. */
public final class MalformedCapture extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedCapture(long offset, String reason) {
    super("offset %d: %s".formatted(offset, reason));
  }
}
