package dev.weft.agent;

import java.util.Map;

/** How log lines look: time, level, short name, text; one line each, to standard error. */
final class Logging {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  private Logging() {}

  /** Must run before the first logger is made. */
  static void configure(String level) {
    // The client's own words at WARN are stack traces about an API server that is merely away.
    var client = level.equals("trace") || level.equals("debug") ? "warn" : "off";
    Map.of(
            "defaultLogLevel", level,
            "log.io.fabric8", client,
            "showDateTime", "true",
            "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "showThreadName", "false",
            "showShortLogName", "true",
            "levelInBrackets", "false")
        .forEach((name, value) -> System.setProperty(PREFIX + name, value));
  }
}
