package dev.weft.runtime.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StartupTest {
  /** A start that goes well has no failed probe: who asks too early is told when it is over. */
  @Test
  void whoAsksTooEarlyWaits() throws Exception {
    var ready = new AtomicBoolean();
    var asked = new CountDownLatch(1);
    var startup =
        new Startup(
            () -> {
              asked.countDown();
              return ready.get();
            });
    var server = BoundedServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.createContext(
        Startup.PATH,
        exchange -> {
          if (startup.isOver(exchange)) {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          }
        });
    server.start();
    var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + Startup.PATH);
    var request = HttpRequest.newBuilder(uri).build();
    try (var client = HttpClient.newHttpClient()) {
      var early = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
      asked.await();
      assertFalse(early.isDone());
      var redirected = early.get(1, TimeUnit.MINUTES);
      assertEquals(307, redirected.statusCode());
      assertEquals(Startup.PATH, redirected.headers().firstValue("Location").orElse(""));

      ready.set(true);
      assertEquals(200, client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
      ready.set(false);
      assertEquals(
          200,
          client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode(),
          "it has started all the same");
    } finally {
      server.stop(0);
    }
  }

  /** Without an API server nothing is ever ready; it is not to be started again for that. */
  @Test
  void startIsOverAfterHalfAMinute() throws InterruptedException {
    var now = new AtomicLong();
    var startup = new Startup(() -> false, () -> now.getAndAdd(Duration.ofSeconds(2).toNanos()));
    int redirects = 0;
    while (!startup.await()) {
      redirects++;
    }
    assertTrue(redirects > 0 && redirects < 10, redirects + " redirects");
    assertTrue(now.get() > Startup.LONGEST.toNanos());
  }
}
