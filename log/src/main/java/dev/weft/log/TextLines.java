package dev.weft.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/** {@code 2026-01-01T12:00:00.123Z INFO Reconciler text}, and a stack trace below it. */
final class TextLines extends Formatter {
  @Override
  public String format(LogRecord record) {
    return "%s %s %s %s%n%s"
        .formatted(
            time(record),
            LogLevel.of(record.getLevel()),
            shortName(record),
            formatMessage(record),
            trace(record.getThrown()));
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
