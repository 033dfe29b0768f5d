package dev.weft.agent.lease;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weft.agent.view.ApiContact;
import dev.weft.runtime.thread.Supervision;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class LeaseKeeperTest {
  private static KubernetesClient client(int port) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + port)
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout(2000)
                .build())
        .build();
  }

  private static ApiContact until(LeaseKeeper keeper, Predicate<ApiContact> reached) {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    var contact = keeper.contact();
    while (!reached.test(contact)) {
      assertTrue(System.nanoTime() < deadline, contact.toString());
      Thread.onSpinWait();
      contact = keeper.contact();
    }
    return contact;
  }

  /** A missing right is no reason to give up a view. */
  @Test
  void aRefusalIsAnAnswer() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    server.start();
    try (var client = client(server.getAddress().getPort());
        var keeper =
            new LeaseKeeper(client, "weft-agents", "a", () -> true, () -> {}, new Supervision())) {
      keeper.start();
      var contact = until(keeper, c -> c.answeredAt() != ApiContact.NEVER);
      assertFalse(contact.silent());
      assertFalse(keeper.reachable());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void noAnswerIsSilence() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    try (var client = client(free);
        var keeper =
            new LeaseKeeper(client, "weft-agents", "a", () -> true, () -> {}, new Supervision())) {
      assertFalse(keeper.contact().silent());
      keeper.start();
      var contact = until(keeper, ApiContact::silent);
      assertFalse(contact.lost(), "it never answered");
      assertNotEquals(0, contact.now());
    }
  }
}
