package dev.weft.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * {@code {"time":…,"level":…,"logger":…,"thread":…,"message":…,"stackTrace":…}}: time as RFC 3339
 * in UTC, level in small letters, logger with its package; the stack trace only where something was
 * thrown.
 */
final class JsonLines extends Formatter {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  @Override
  public String format(LogRecord record) {
    var line = new StringWriter();
    try (var json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("time", TextLines.time(record));
      json.writeStringField(
          "level", LogLevel.of(record.getLevel()).name().toLowerCase(Locale.ROOT));
      json.writeStringField("logger", record.getLoggerName());
      json.writeStringField("thread", Thread.currentThread().getName());
      json.writeStringField("message", formatMessage(record));
      if (record.getThrown() != null) {
        json.writeStringField("stackTrace", TextLines.trace(record.getThrown()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a StringWriter throws none
    }
    return line.append(System.lineSeparator()).toString();
  }
}
