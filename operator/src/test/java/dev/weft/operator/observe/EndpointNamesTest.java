package dev.weft.operator.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerEndpoint;
import dev.weft.api.v1alpha1.PeerSpec;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.mesh.net.IpAddress;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndpointNamesTest {
  @Test
  void namesAreThoseOfEndpointsThatThePlannerReadsToo() {
    var nodes =
        List.of(
            node(Map.of("weft.dev/endpoint", " a.example:51820 ")),
            node(Map.of("kilo.squat.ai/endpoint", "b.example:1", "weft.dev/endpoint", "c")),
            node(Map.of("weft.dev/endpoint", "192.0.2.1:51820")),
            node(Map.of("weft.dev/endpoint", "[2001:db8::1]:51820")),
            new NodeBuilder().withNewMetadata().withName("bare").endMetadata().build());
    var peers = List.of(peer("d.example"), peer("192.0.2.9"), peer("not a name"));
    assertEquals(Set.of("a.example", "b.example", "d.example"), EndpointNames.of(nodes, peers));
  }

  /** Of 2,000 labels a regular expression that backtracks overflowed the stack. */
  @Test
  void anAnnotationOfThousandsOfLabelsIsNoNameAndStopsNothing() {
    var hostile = node(Map.of("weft.dev/endpoint", "a.".repeat(2_000) + "a"));
    var worse = node(Map.of("weft.dev/endpoint", "a.".repeat(100_000) + "a:51820"));
    var good = node(Map.of("weft.dev/endpoint", "a.example:51820"));
    assertEquals(Set.of("a.example"), EndpointNames.of(List.of(hostile, worse, good), List.of()));
  }

  private static Node node(Map<String, String> annotations) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName("n")
        .withAnnotations(annotations)
        .endMetadata()
        .build();
  }

  private static Peer peer(String host) {
    var peer = new Peer();
    peer.setSpec(
        new PeerSpec(
            null,
            null,
            null,
            null,
            List.of(),
            new PeerEndpoint(host, 51820),
            null,
            null,
            null,
            List.of(),
            null,
            null));
    return peer;
  }

  @Test
  void theApiServersNameIsReadOfEachMesh() {
    var named = new WireGuardMesh();
    named.setSpec(
        Serialization.unmarshal(
            "apiServer: {host: api.example.net, port: 6443}", WireGuardMeshSpec.class));
    var numeric = new WireGuardMesh();
    numeric.setSpec(
        Serialization.unmarshal(
            "apiServer: {host: 10.0.0.1, port: 6443}", WireGuardMeshSpec.class));
    assertEquals(
        Set.of("api.example.net"),
        EndpointNames.ofApiServers(List.of(named, numeric, new WireGuardMesh())));
  }

  @Test
  void theServicesEndpointsAreReadAsTheCommandLineReadsThem() throws IOException {
    var slice =
        Serialization.unmarshal(
            Files.readString(
                Path.of("../cli/src/test/resources/plan/kubernetes-endpointslice.yaml")),
            EndpointSlice.class);
    assertEquals(
        List.of(IpAddress.parse("172.20.9.9")),
        ClusterObserver.apiServers(List.of(slice), List.of(), CalledServer.NONE));
  }
}
