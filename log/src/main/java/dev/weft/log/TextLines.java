package dev.weft.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code 2026-01-01T12:00:00.123Z INFO Reconciler text}, and a stack trace below it, indented. What
 * ends a line or moves a cursor is escaped: messages hold text of others, who could forge records.
 */
final class TextLines extends Formatter {
  private static final Pattern HIDDEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029&&[^\t]]");

  @Override
  public String format(LogRecord record) {
    return "%s %s %s %s%n%s"
        .formatted(
            time(record),
            LogLevel.of(record.getLevel()),
            shortName(record),
            oneLine(formatMessage(record)),
            trace(record.getThrown())
                .lines()
                .map(line -> "    " + oneLine(line) + System.lineSeparator())
                .collect(Collectors.joining()));
  }

  private static String oneLine(String text) {
    return HIDDEN
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    found.group().equals("\n")
                        ? "\\n"
                        : "\\u%04x".formatted((int) found.group().charAt(0))));
  }

  /** RFC 3339 in UTC, always with milliseconds: a column of one width. */
  static String time(LogRecord record) {
    return "%1$tFT%1$tT.%1$tLZ".formatted(record.getInstant().atOffset(java.time.ZoneOffset.UTC));
  }

  private static String shortName(LogRecord record) {
    var name = record.getLoggerName();
    return name == null ? "" : name.substring(name.lastIndexOf('.') + 1);
  }

  /** With a line break at its end; empty: nothing was thrown. */
  static String trace(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    var text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
