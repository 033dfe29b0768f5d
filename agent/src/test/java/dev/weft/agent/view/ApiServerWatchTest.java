package dev.weft.agent.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.mesh.net.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiServerWatchTest {
  private static List<String> read(EndpointSlice slice) {
    return ApiServerWatch.read(slice).map(Endpoint::toString).toList();
  }

  @Test
  void everyAddressHasThePort() {
    var slice =
        new EndpointSliceBuilder()
            .addNewEndpoint()
            .withAddresses("10.0.0.1", "10.0.0.2")
            .endEndpoint()
            .addNewEndpoint()
            .withAddresses("fd00::1")
            .endEndpoint()
            .addNewPort()
            .withName("https")
            .withPort(6443)
            .endPort()
            .build();
    assertEquals(List.of("10.0.0.1:6443", "10.0.0.2:6443", "[fd00::1]:6443"), read(slice));
  }

  @Test
  void whatIsNoAddressOrPortIsLeftOut() {
    var slice =
        new EndpointSliceBuilder()
            .addNewEndpoint()
            .withAddresses("api.example.com", "10.0.0.1")
            .endEndpoint()
            .addNewPort()
            .withPort(70_000)
            .endPort()
            .addNewPort()
            .endPort()
            .addNewPort()
            .withPort(443)
            .endPort()
            .build();
    assertEquals(List.of("10.0.0.1:443"), read(slice));
    assertEquals(List.of(), read(new EndpointSlice()));
  }
}
