package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.agent.client.ApiClient;
import dev.weft.agent.client.ApiServerAddress;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.mesh.net.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamesTest {
  private static Optional<Endpoint> service(String kubernetesPort) {
    return ApiClient.service(Map.of("KUBERNETES_PORT", kubernetesPort));
  }

  /** Others on the host call it, and would go through the mesh. */
  @Test
  void theServiceIsAmongTheApiServersAlsoWhereTheAgentCallsAnother(@TempDir Path directory)
      throws IOException {
    var self =
        new Self(
            "n-1",
            DeviceKeys.open(directory),
            new ApiServerAddress("192.0.2.1", 6443),
            service("tcp://10.96.0.1:443"),
            "6.12",
            "test");
    assertEquals(
        List.of("192.0.2.1:6443", "10.96.0.1:443", "192.0.2.2:6443"),
        Names.apiServers(self, List.of(Endpoint.parse("192.0.2.2:6443")), Optional.empty()).stream()
            .map(Endpoint::toString)
            .toList());
  }

  @Test
  void theServiceIsThatOfKubelet() {
    assertEquals(Optional.of(Endpoint.parse("10.96.0.1:443")), service("tcp://10.96.0.1:443"));
    assertEquals(Optional.of(Endpoint.parse("[fd00::1]:443")), service("tcp://[fd00::1]:443"));
    assertEquals(Optional.empty(), ApiClient.service(Map.of()));
    for (var malformed :
        List.of("", "10.96.0.1:443", "tcp://", "tcp://x", "tcp://kubernetes:443")) {
      assertEquals(Optional.empty(), service(malformed), malformed);
    }
  }
}
