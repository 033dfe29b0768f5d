package dev.weft.operator;

import dev.weft.log.LogFormat;
import dev.weft.log.LogLevel;
import dev.weft.log.Logging;
import dev.weft.operator.http.Metrics;
import dev.weft.runtime.client.PingedClientFactory;
import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry point of the operator's process. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /** Runs until it is told to stop; takes no arguments, see {@link Settings}. */
  public static void main(String[] arguments) {
    // Until more is known, so that what is wrong with the settings is told in one line.
    Logging.configure(LogLevel.INFO, LogFormat.TEXT, Level.WARNING);
    var settings = settings();
    Logging.configure(settings.logLevel(), settings.logFormat(), Level.WARNING);
    var metrics = Metrics.ofThisBuild();
    try (var client =
        new PingedClientFactory(metrics::watchLost).with(Config.autoConfigure(null)).build()) {
      var terms = new OperatorTerms(client, settings, metrics);
      Runtime.getRuntime().addShutdownHook(new Thread(terms::close, "weft-stop"));
      terms.run();
    } catch (IOException e) {
      LOG.error(
          "can't listen on {} and {} ({}); set WEFT_HEALTH_ADDRESS and WEFT_HTTP_ADDRESS",
          settings.health(),
          settings.metrics(),
          e.getMessage());
      System.exit(1);
    } catch (IllegalStateException e) {
      LOG.error("{}; the process ends, and is started anew", e.getMessage());
      System.exit(1);
    }
  }

  private static Settings settings() {
    try {
      return Settings.of(System.getenv());
    } catch (IllegalArgumentException e) {
      LOG.error("{}", e.getMessage());
      System.exit(2);
      throw e;
    }
  }
}
