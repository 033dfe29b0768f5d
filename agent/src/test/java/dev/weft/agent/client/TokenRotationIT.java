package dev.weft.agent.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token that kubelet replaces before it ends, as an agent uses it. */
class TokenRotationIT {
  private static final String AGENTS = "weft-agents";
  private static ApiServer server;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void project(Path account, String token) throws IOException {
    var draft = Files.writeString(account.resolve("draft"), token);
    Files.move(draft, account.resolve("token"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static int status(KubernetesClient client) {
    try {
      client.nodes().list();
      return 200;
    } catch (KubernetesClientException e) {
      return e.getCode();
    }
  }

  /**
   * Its Pod's end ends a token at once, which its lifetime can't in a test: 10 minutes at least.
   */
  @Test
  void aTokenThatKubeletReplacedIsUsedBeforeTheOldOneEnds(@TempDir Path account) throws Exception {
    Files.copy(server.certificate(), account.resolve("ca.crt"));
    var first = server.tokenOn("first", AGENTS, "weft-agent");
    project(account, first);
    var environment =
        Map.of(
            "KUBERNETES_SERVICE_HOST",
            "127.0.0.1",
            "KUBERNETES_SERVICE_PORT",
            String.valueOf(server.port()));
    try (var client = ApiClient.open(Optional.empty(), account, environment, () -> {}).client();
        var old = server.with(first)) {
      assertEquals(200, status(client));
      project(account, server.tokenOn("second", AGENTS, "weft-agent"));
      TimeUnit.SECONDS.sleep(11); // how long an agent keeps the one that it read
      server
          .admin()
          .pods()
          .inNamespace(AGENTS)
          .withName("weft-agent-first")
          .withGracePeriod(0)
          .delete();
      long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (status(old) != 401) {
        assertEquals(200, status(client));
        assertTrue(System.nanoTime() < until, "the first token is still good");
        TimeUnit.MILLISECONDS.sleep(500); // the API server keeps its answer for 10 s
      }
      assertEquals(200, status(client));
    }
  }
}
