package dev.weft.log;

import java.util.Locale;
import java.util.logging.Level;

/** SLF4J's levels, the least important last. */
public enum LogLevel {
  ERROR,
  WARN,
  INFO,
  DEBUG,
  TRACE;

  /** What {@link #of} takes, for messages. */
  public static final String NAMES = "error, warn, info, debug or trace";

  /** As java.util.logging, and SLF4J's provider for it, name it. */
  Level level() {
    return switch (this) {
      case ERROR -> Level.SEVERE;
      case WARN -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
      case TRACE -> Level.FINEST;
    };
  }

  /**
   * The level of that name, in any case.
   *
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  public static LogLevel of(String name) {
    for (var level : values()) {
      if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
        return level;
      }
    }
    throw new IllegalArgumentException("'" + name + "' is no log level; write " + NAMES);
  }

  /** That of a record, which may come from a library with levels between ours. */
  static LogLevel of(Level level) {
    for (var each : values()) {
      if (level.intValue() >= each.level().intValue()) {
        return each;
      }
    }
    return TRACE;
  }
}
