package dev.weft.operator;

import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry point of the operator's process. */
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  /** Runs until it is told to stop; takes no arguments, see {@link Settings}. */
  public static void main(String[] arguments) throws InterruptedException {
    var settings = settings();
    try (var client =
            new KubernetesClientBuilder()
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
        var operator = new WeftOperator(client, settings)) {
      var stopped = new CountDownLatch(1);
      var main = Thread.currentThread();
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stopped.countDown();
                    try {
                      main.join(5000);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  },
                  "weft-stop"));
      operator.start();
      stopped.await();
    } catch (IOException e) {
      LOG.error(
          "can't listen on {}:{} ({}); set WEFT_HTTP_ADDRESS",
          settings.httpHost(),
          settings.httpPort(),
          e.getMessage());
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
