package dev.weft.agent;

import dev.weft.agent.config.AgentOptions;
import dev.weft.agent.config.OptionException;
import dev.weft.agent.config.OptionReader;
import dev.weft.log.LogLevel;
import dev.weft.log.Logging;
import java.io.IOException;
import java.security.Security;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;

/** The program {@code weft-agent}. */
public final class Main {
  private static final int USAGE = 2;

  /** EX_TEMPFAIL of sysexits.h: whatever runs the agent is to start it again. */
  private static final int RESTART = 75;

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    int status = run(List.of(arguments));
    if (status != 0) {
      System.exit(status);
    }
  }

  private static int run(List<String> arguments) throws InterruptedException {
    AgentOptions options;
    try {
      options = OptionReader.read(arguments, System.getenv());
    } catch (OptionException e) {
      System.err.println("weft-agent: " + e.getMessage());
      return USAGE;
    }
    var client = options.logLevel().compareTo(LogLevel.DEBUG) < 0 ? Level.OFF : Level.WARNING;
    Logging.configure(options.logLevel(), options.logFormat(), client);
    // The resolver keeps answers itself, and must see when a name leads elsewhere.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    try {
      switch (options.mode()) {
        case HELP -> System.out.print(OptionReader.help());
        case VERSION -> System.out.println("weft-agent " + AgentVersion.text());
        case CLEAN_UP, FORGET -> CleanUp.run(options).forEach(System.out::println);
        case RESTORE -> System.out.println(AtBoot.run(options, System.getenv(), Instant.now()));
        case RUN -> serve(options);
      }
      return 0;
    } catch (IOException e) {
      System.err.println("weft-agent: " + e.getMessage());
      return 1;
    }
  }

  private static void serve(AgentOptions options) throws IOException, InterruptedException {
    var agent = Agent.start(options, System.getenv(), () -> System.exit(RESTART));
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("stop")
                .unstarted(
                    () -> {
                      agent.close();
                      stopped.countDown();
                    }));
    stopped.await();
  }
}
