package dev.weft.log;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Sets up the log of this process: to standard error, one record a line. */
public final class Logging {
  /** java.util.logging forgets a logger's level when nothing holds the logger. */
  private static final List<Logger> HELD = new ArrayList<>();

  private Logging() {}

  /**
   * Replaces whatever was set up before.
   *
   * @param level of Weft's own loggers; libraries are heard from WARN on, or from this if it is
   *     stricter
   * @param client from where on the Kubernetes client is heard; its own words at WARN are stack
   *     traces about an API server that is merely away
   */
  public static synchronized void configure(LogLevel level, LogFormat format, Level client) {
    LogManager.getLogManager().reset();
    HELD.clear();
    var handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(format.formatter());
    var stricter = level == LogLevel.ERROR ? LogLevel.ERROR : LogLevel.WARN;
    hold("", stricter.level()).addHandler(handler);
    hold("dev.weft", level.level());
    hold("io.fabric8", client);
    // Says once for each kind how generated classes name it.
    for (var chatty : List.of("impl.VersionUsageUtils", "dsl.internal.VersionUsageUtils")) {
      hold(
          "io.fabric8.kubernetes.client." + chatty,
          client.equals(Level.OFF) ? client : Level.SEVERE);
    }
  }

  private static Logger hold(String name, Level level) {
    var logger = Logger.getLogger(name);
    logger.setLevel(level);
    HELD.add(logger);
    return logger;
  }
}
