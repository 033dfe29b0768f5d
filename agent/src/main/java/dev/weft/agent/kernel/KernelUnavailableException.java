package dev.weft.agent.kernel;

import java.io.IOException;

/** The node lacks something that Weft can't do without; the text says what and how to get it. */
public final class KernelUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  public KernelUnavailableException(String message) {
    super(message);
  }
}
