package dev.weft.cli.cluster;

import dev.weft.cli.InputException;

/** The API server doesn't answer. */
public final class UnreachableException extends InputException {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message) {
    super(message);
  }
}
