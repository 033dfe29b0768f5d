package dev.weft.runtime.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.server.Relay;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Watches and requests over connections that a middle box has forgotten. */
class PingedClientIT {
  private static ApiServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void until(String what, BooleanSupplier reached) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 30 s: " + what);
      Thread.sleep(50);
    }
  }

  private static void make(String name) {
    server
        .admin()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .build())
        .create();
  }

  private static KubernetesClient client(Relay relay, Pings pings) {
    return new PingedClientFactory(pings).with(server.adminAt(relay.port())).build();
  }

  @Test
  void aWatchThatDiedSilentlyIsGivenUpAndTakenUpAgain() throws Exception {
    var lost = new AtomicInteger();
    var pings = new Pings(lost::incrementAndGet, Duration.ofMillis(500));
    try (var relay = new Relay(server.port());
        var client = client(relay, pings)) {
      var informer = client.configMaps().inNamespace("default").inform();
      make("before");
      until("before", () -> informer.getStore().list().stream().anyMatch(m -> is(m, "before")));
      assertTrue(relay.forget() > 0);
      make("after");
      until("after", () -> informer.getStore().list().stream().anyMatch(m -> is(m, "after")));
      assertEquals(1, lost.get());
      informer.stop();
    }
  }

  private static boolean is(io.fabric8.kubernetes.api.model.ConfigMap map, String name) {
    return map.getMetadata().getName().equals(name);
  }

  @Test
  void aWatchOnWhichNothingHappensIsKept() throws Exception {
    var lost = new AtomicInteger();
    var pings = new Pings(lost::incrementAndGet, Duration.ofMillis(100));
    try (var relay = new Relay(server.port());
        var client = client(relay, pings)) {
      var informer = client.secrets().inNamespace("default").inform();
      Thread.sleep(3_000); // thirty pings: ten times what would be silence
      assertEquals(0, lost.get());
      assertTrue(informer.isWatching());
      informer.stop();
    }
  }

  @Test
  void aRequestDownADeadConnectionIsTheLastOnIt() throws Exception {
    try (var relay = new Relay(server.port());
        var client = client(relay, new Pings(() -> {}))) {
      client.getConfiguration().setRequestTimeout(1_000);
      client.namespaces().withName("default").get();
      relay.forget();
      until("an answer", () -> answers(client));
    }
  }

  private static boolean answers(KubernetesClient client) {
    try {
      return client.namespaces().withName("default").get() != null;
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
