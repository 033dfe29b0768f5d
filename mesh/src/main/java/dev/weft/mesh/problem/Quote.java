package dev.weft.mesh.problem;

/**
 * Shows what somebody else wrote inside a message: bounded, on one line. A value of hundreds of
 * kilobytes or with line ends of its own must neither flood nor forge a log.
 */
public final class Quote {
  private static final int LONGEST = 80;

  private Quote() {}

  /** The value in single quotes; of a long one the beginning and the length. */
  public static String of(String value) {
    return value.length() <= LONGEST
        ? "'" + oneLine(value, LONGEST) + "'"
        : "'" + oneLine(value, LONGEST) + "' (" + value.length() + " characters)";
  }

  /** The text without control characters, cut to a length. */
  static String oneLine(String text, int longest) {
    var shown = text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    if (shown.chars().noneMatch(Quote::isControl)) {
      return shown;
    }
    var clean = new StringBuilder(shown.length());
    shown.chars().forEach(c -> clean.append(isControl(c) ? '?' : (char) c));
    return clean.toString();
  }

  /** Line and paragraph separators and the characters that reorder text count as well. */
  private static boolean isControl(int c) {
    return Character.isISOControl(c)
        || c == 0x2028
        || c == 0x2029
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
