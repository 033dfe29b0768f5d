package dev.weft.cli.output;

import java.util.List;

/**
 * Text from a cluster or a file as a terminal may be given it: whatever moves the cursor, colours,
 * reorders or ends a line is written out, as in {@code \u005cu001b}, the way JSON and YAML escape
 * it. Pure.
 */
public final class Visible {
  static final String RED = "\u001b[31m";
  static final String PLAIN = "\u001b[0m";

  /** Sequences of ours: rows in red, and a QR code's black on white. */
  private static final List<String> OURS = List.of(RED, PLAIN, "\u001b[30;107m");

  private Visible() {}

  /** Of one line: line breaks are written out, too. */
  public static String line(String text) {
    return isPlain(text, false) ? text : escaped(text, false);
  }

  /** Of several lines, with colours of ours. */
  static String lines(String text) {
    return isPlain(text, true) ? text : escaped(text, true);
  }

  /** A line of ours in red. */
  public static String red(String line) {
    return RED + line + PLAIN;
  }

  private static boolean isPlain(String text, boolean breaks) {
    return text.chars().noneMatch(c -> isHidden((char) c, breaks));
  }

  private static String escaped(String text, boolean breaks) {
    var escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int at = i;
      var own = breaks ? OURS.stream().filter(s -> text.startsWith(s, at)).findFirst() : null;
      if (own != null && own.isPresent()) {
        escaped.append(own.get());
        i += own.get().length() - 1;
      } else if (!isHidden(c, breaks)) {
        escaped.append(c);
      } else {
        escaped.append(c == '\n' ? "\\n" : "\\u%04x".formatted((int) c));
      }
    }
    return escaped.toString();
  }

  /** Control characters of ASCII and Latin-1, line separators, and what turns the direction. */
  private static boolean isHidden(char c, boolean breaks) {
    if (c == '\n' || c == '\t') {
      return !breaks;
    }
    return c < ' '
        || (c >= '\u007f' && c <= '\u009f')
        || c == '\u061c'
        || c == '\u200e'
        || c == '\u200f'
        || (c >= '\u2028' && c <= '\u202e')
        || (c >= '\u2066' && c <= '\u2069');
  }
}
