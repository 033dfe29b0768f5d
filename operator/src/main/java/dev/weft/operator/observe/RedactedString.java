package dev.weft.operator.observe;

/** A text with secrets in it, to be compared and written, never shown. */
public final class RedactedString {
  private final String text;

  /** Hides a text. */
  public RedactedString(String text) {
    this.text = text;
  }

  /** The text, for a Secret only. */
  public String reveal() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RedactedString hidden && text.equals(hidden.text);
  }

  @Override
  public int hashCode() {
    return text.isEmpty() ? 0 : 1; // a hash of a secret would tell something of it
  }

  @Override
  public String toString() {
    return "(redacted)";
  }
}
