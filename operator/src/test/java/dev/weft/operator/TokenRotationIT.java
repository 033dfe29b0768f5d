package dev.weft.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.runtime.client.PingedClientFactory;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token that kubelet replaces before it ends, as the operator's client uses it. */
class TokenRotationIT {
  private static final String SYSTEM = "weft-system";

  private static int status(KubernetesClient client) {
    try {
      client.resources(Peer.class).list();
      return 200;
    } catch (KubernetesClientException e) {
      return e.getCode();
    }
  }

  /** Made as in {@link Main}, with what a pod finds in its environment as system properties. */
  @Test
  void theFileIsReadAgainWhenItsTokenEnds(@TempDir Path account) throws Exception {
    try (var server = ApiServer.start()) {
      server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
      var token = account.resolve("token");
      var first = server.tokenOn("first", SYSTEM, "weft-operator");
      Files.writeString(token, first);
      var environment =
          Map.of(
              Config.KUBERNETES_AUTH_TRYKUBECONFIG_SYSTEM_PROPERTY,
              "false",
              Config.KUBERNETES_MASTER_SYSTEM_PROPERTY,
              "https://127.0.0.1:" + server.port(),
              Config.KUBERNETES_TRUST_CERT_SYSTEM_PROPERTY,
              "true",
              Config.KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN_FILE_SYSTEM_PROPERTY,
              token.toString());
      environment.forEach(System::setProperty);
      try (var client = new PingedClientFactory(() -> {}).with(Config.autoConfigure(null)).build();
          var old = server.with(first)) {
        assertEquals(200, status(client));
        Files.writeString(token, server.tokenOn("second", SYSTEM, "weft-operator"));
        server
            .admin()
            .pods()
            .inNamespace(SYSTEM)
            .withName("weft-operator-first")
            .withGracePeriod(0)
            .delete();
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (status(old) != 401) {
          assertTrue(System.nanoTime() < until, "the first token is still good");
          TimeUnit.MILLISECONDS.sleep(500); // the API server keeps its answer for 10 s
        }
        assertEquals(200, status(client));
      } finally {
        environment.keySet().forEach(System::clearProperty);
      }
    }
  }
}
