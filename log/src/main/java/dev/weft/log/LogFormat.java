package dev.weft.log;

import java.util.Locale;
import java.util.logging.Formatter;

/** How a record is written. */
public enum LogFormat {
  /** For people: time, level, short name of the logger, text. */
  TEXT,
  /** For collectors: one JSON object a line. */
  JSON;

  /** What {@link #of} takes, for messages. */
  public static final String NAMES = "text or json";

  /**
   * The format of that name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  public static LogFormat of(String name) {
    for (var format : values()) {
      if (format.name().equals(name.toUpperCase(Locale.ROOT))) {
        return format;
      }
    }
    throw new IllegalArgumentException("'" + name + "' is no log format; write " + NAMES);
  }

  Formatter formatter() {
    return switch (this) {
      case TEXT -> new TextLines();
      case JSON -> new JsonLines();
    };
  }
}
