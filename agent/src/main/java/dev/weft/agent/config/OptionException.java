package dev.weft.agent.config;

/** A flag or variable that is bad; the text is one line for the user. */
public final class OptionException extends Exception {
  private static final long serialVersionUID = 1L;

  OptionException(String message) {
    super(message);
  }
}
