package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import org.junit.jupiter.api.Test;

/**
 * Which EndpointSlice names addresses of the API server: the one that the API servers maintain.
 * With the rights that are shipped, which are for that one alone.
 */
final class ApiServerSliceIT extends OperatorFixture {
  private void slice(String name, String address) {
    client
        .resource(
            new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .addToLabels("kubernetes.io/service-name", "kubernetes")
                .endMetadata()
                .withAddressType("IPv4")
                .addNewEndpoint()
                .withAddresses(address)
                .endEndpoint()
                .addNewPort()
                .withName("https")
                .withPort(6443)
                .withProtocol("TCP")
                .endPort()
                .build())
        .create();
  }

  private String reason(String peer) {
    return accepted(peer).map(c -> c.getStatus() + " " + c.getReason()).orElse("none");
  }

  @Test
  void aSliceOfSomebodyElseNamesNoAddressOfTheApiServer() throws InterruptedException {
    awaitThreeClouds();
    slice("kubernetes-x7k2p", "192.168.77.9");
    slice("kubernetes", "192.168.66.9");
    cloud.mesh(peer("behind", "192.168.66.0/24"));
    await(
        SOON,
        () -> reason("behind").equals("False OverlapsApiServer"),
        () -> "behind: " + reason("behind"));
    cloud.mesh(peer("office", "192.168.77.0/24"));
    await(SOON, () -> !reason("office").equals("none"), () -> "office is not judged");
    assertEquals("True Accepted", reason("office"));
    client.discovery().v1().endpointSlices().inNamespace("default").delete();
    await(
        SOON,
        () -> reason("behind").startsWith("True"),
        () -> "without a slice, behind: " + reason("behind"));
  }
}
