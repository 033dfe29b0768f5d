package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static dev.weft.operator.TestCloud.key;

import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.operator.http.Metrics;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/**
 * An operator against a real API server, with the rights that it ships with and no others; a new
 * one for every test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorFixture {
  static final Duration SOON = Duration.ofSeconds(10);
  static final String MESH =
      """
      apiVersion: weft.dev/v1alpha1
      kind: WireGuardMesh
      metadata: {name: weft}
      spec: {addresses: [10.4.0.0/16], podCIDRs: [10.42.0.0/16]}
      """;

  ApiServer server;
  KubernetesClient client;
  TestCloud cloud;
  KubernetesClient operatorClient;
  WeftOperator operator;
  Metrics metrics;

  @BeforeAll
  final void startServer() throws IOException, InterruptedException {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    client = server.admin();
    cloud = new TestCloud(client);
  }

  @AfterAll
  void stopServer() {
    server.close();
  }

  @BeforeEach
  final void startOperator() throws IOException, InterruptedException {
    startOperator("test", false);
  }

  static Settings settings(String identity, boolean election) {
    return Settings.of(
        Map.of(
            "POD_NAME",
            identity,
            "WEFT_LEADER_ELECTION",
            Boolean.toString(election),
            "WEFT_HTTP_ADDRESS",
            "127.0.0.1:0",
            "WEFT_HEALTH_ADDRESS",
            "127.0.0.1:0"));
  }

  final void startOperator(String identity, boolean election)
      throws IOException, InterruptedException {
    operatorClient = server.as("weft-system", "weft-operator");
    metrics = Metrics.ofThisBuild();
    operator = new WeftOperator(operatorClient, settings(identity, election), metrics);
    operator.start();
  }

  void stopOperator() {
    operator.close();
    operatorClient.close();
  }

  @AfterEach
  void stopAndClear() {
    stopOperator();
    cloud.clear();
  }

  void awaitThreeClouds() throws InterruptedException {
    cloud.threeClouds();
    cloud.mesh(MESH);
    await(
        Duration.ofMinutes(1), // nothing is asserted by it; other programs may be busy
        () ->
            Stream.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")
                .map(cloud::published)
                .allMatch(n -> n != null && !n.getSpec().devices().isEmpty()),
        () -> "published: " + client.resources(WireGuardNode.class).list().getItems());
  }

  /** Waits until the operator has recorded an Event about an object. */
  void awaitEvent(String object, String reason, String note) throws InterruptedException {
    awaitEvent(SOON, object, reason, note);
  }

  void awaitEvent(Duration patience, String object, String reason, String note)
      throws InterruptedException {
    await(
        patience,
        () ->
            events().stream()
                .anyMatch(
                    e ->
                        e.getRegarding().getName().equals(object)
                            && e.getReason().equals(reason)
                            && e.getNote().contains(note)
                            && "weft-operator".equals(e.getReportingController())),
        () ->
            reason
                + " about "
                + object
                + " is not among "
                + events().stream()
                    .map(e -> e.getRegarding().getName() + " " + e.getReason() + " " + e.getNote())
                    .toList());
  }

  List<Event> events() {
    return client.events().v1().events().inNamespace("default").list().getItems();
  }

  Optional<Condition> condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  Optional<Condition> mesh(String type) {
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    return mesh == null || mesh.getStatus() == null
        ? Optional.empty()
        : condition(mesh.getStatus().conditions(), type);
  }

  Optional<Condition> accepted(String peer) {
    var found = client.resources(Peer.class).withName(peer).get();
    return found == null || found.getStatus() == null
        ? Optional.empty()
        : condition(found.getStatus().conditions(), "Accepted");
  }

  Map<String, String> versions() {
    var versions = new TreeMap<String, String>();
    Stream.<List<? extends HasMetadata>>of(
            client.resources(WireGuardMesh.class).list().getItems(),
            client.resources(WireGuardNode.class).list().getItems(),
            client.resources(NodeReport.class).list().getItems(),
            client.resources(Peer.class).list().getItems(),
            client.nodes().list().getItems(),
            client.leases().inNamespace("weft-agents").list().getItems(),
            client.events().v1().events().inAnyNamespace().list().getItems())
        .flatMap(List::stream)
        .forEach(
            o ->
                versions.put(
                    o.getKind() + "/" + o.getMetadata().getName(),
                    o.getMetadata().getResourceVersion()));
    return versions;
  }

  void awaitSettled() throws InterruptedException {
    // longer than the grace that nodes have before anything is said of them
    TimeUnit.SECONDS.sleep(12);
  }

  static String peer(String name, String allowedIPs) {
    return """
    apiVersion: weft.dev/v1alpha1
    kind: Peer
    metadata: {name: %s}
    spec: {publicKey: "%s", allowedIPs: [%s]}
    """
        .formatted(name, key(name), allowedIPs);
  }
}
