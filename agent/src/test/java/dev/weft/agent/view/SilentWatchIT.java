package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.server.Relay;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.runtime.client.PingedClientFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each watch of the agent over connections that a middle box has forgotten. */
class SilentWatchIT {
  private static final String AGENTS = "weft-agents";
  private static ApiServer server;
  private static KubernetesClient admin;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    admin = server.admin();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * Waits until it is reached. Silence is noticed after 30 s; the next list may take a pooled
   * connection that is as dead, which is given up after 10 s more. The rest is for a slow machine.
   */
  private static void until(String what, BooleanSupplier reached) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not within 120 s: " + what);
      Thread.sleep(50);
    }
  }

  private static Config config(int port, boolean plain) {
    var config = server.configAt(port, AGENTS, "weft-agent");
    config.setOnlyHttpWatches(plain);
    return config;
  }

  private static void make(HasMetadata object) {
    admin.resource(object).create();
  }

  private static HasMetadata mesh(String name) {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName(name).build());
    mesh.setSpec(WireGuardMeshSpec.DEFAULT);
    return mesh;
  }

  private static HasMetadata namespace(String name) {
    return new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  private static HasMetadata node(String name) {
    return new NodeBuilder().withNewMetadata().withName(name).endMetadata().build();
  }

  private static HasMetadata secret(String name, String key) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(AGENTS)
        .endMetadata()
        .addToStringData(PresharedKeyWatch.FIELD, key)
        .build();
  }

  /** Where a proxy refuses WebSockets, watches are plain requests, which can't be pinged. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyWatchNoticesThatItsConnectionDied(boolean plain) throws Exception {
    var before = plain ? "before-plain" : "before";
    var after = plain ? "after-plain" : "after";
    var own = plain ? "n-3" : "n-1";
    var text = Published.key("psk");
    var key = PresharedKey.parse(text);
    var lost = new AtomicInteger();
    try (var relay = new Relay(server.port());
        var client =
            new PingedClientFactory(lost::incrementAndGet)
                .with(config(relay.port(), plain))
                .build();
        var api = new ApiWatch(client, own, () -> {}, t -> {});
        var pods = new PodWatch(client, own, () -> {}, t -> {});
        var secrets = new PresharedKeyWatch(client, AGENTS, Map.of(), () -> {}, t -> {})) {
      api.restart();
      pods.follow(true);
      secrets.follow(Set.of(before, after));
      make(mesh(before));
      make(namespace(before));
      make(secret(before, text));
      until("mesh", () -> api.state().meshes().containsKey(before));
      until("namespace", () -> pods.namespaces().containsKey(before));
      until("secret", () -> secrets.keys().equals(Map.of(before, key)));
      until("everything", () -> api.state().synced() && pods.synced() && secrets.synced());
      until("a connection for each watch", () -> relay.connections() >= 7);
      assertTrue(relay.forget() >= 7, "each watch has a connection of its own");
      make(mesh(after));
      make(namespace(after));
      make(secret(after, text));
      make(node(own));
      until("own node", () -> api.state().podCIDRs().isPresent());
      until("mesh", () -> api.state().meshes().containsKey(after));
      until("namespace", () -> pods.namespaces().containsKey(after));
      until("secret", () -> secrets.keys().equals(Map.of(before, key, after, key)));
      assertTrue(lost.get() > 0, "none of them was counted");
      System.out.println("lost and counted: " + lost.get());
    }
  }

  @Test
  void aRestartKeepsWhatIsKnownUntilAllIsListedAgain() throws Exception {
    var text = Published.key("psk");
    var expected = Map.of("kept", PresharedKey.parse(text));
    try (var client = server.on("n-2", AGENTS, "weft-agent");
        var pods = new PodWatch(client, "n-2", () -> {}, t -> {});
        var secrets = new PresharedKeyWatch(client, AGENTS, Map.of(), () -> {}, t -> {})) {
      make(namespace("kept"));
      make(secret("kept", text));
      pods.follow(true);
      secrets.follow(Set.of("kept"));
      until("secret", () -> secrets.keys().equals(expected));
      until("namespace", () -> pods.namespaces().containsKey("kept"));
      until("all kinds", pods::synced);
      pods.restart();
      secrets.restart();
      for (int i = 0; i < 20; i++) {
        pods.follow(true);
        secrets.follow(Set.of("kept"));
        assertTrue(secrets.synced() && pods.synced());
        assertTrue(pods.namespaces().containsKey("kept"));
        assertTrue(secrets.keys().equals(expected));
        Thread.sleep(50);
      }
    }
  }
}
