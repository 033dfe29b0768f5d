package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static dev.weft.operator.TestCloud.key;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The operator against a real API server, with the rights that it ships with and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OperatorIT {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String MESH =
      """
      apiVersion: weft.dev/v1alpha1
      kind: WireGuardMesh
      metadata: {name: weft}
      spec: {podCIDRs: [10.42.0.0/16]}
      """;

  private ApiServer server;
  private KubernetesClient client;
  private TestCloud cloud;
  private KubernetesClient operatorClient;
  private WeftOperator operator;

  @BeforeAll
  void startServer() throws IOException, InterruptedException {
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
  void startOperator() throws IOException, InterruptedException {
    startOperator("test", false);
  }

  private void startOperator(String identity, boolean election)
      throws IOException, InterruptedException {
    operatorClient = server.as("weft-system", "weft-operator");
    operator =
        new WeftOperator(
            operatorClient,
            new Settings("weft-system", "weft-agents", identity, election, "127.0.0.1", 0));
    operator.start();
  }

  private void stopOperator() {
    operator.close();
    operatorClient.close();
  }

  @AfterEach
  void stopAndClear() {
    stopOperator();
    cloud.clear();
  }

  private void awaitThreeClouds() throws InterruptedException {
    cloud.threeClouds();
    cloud.mesh(MESH);
    await(
        SOON,
        () ->
            Stream.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")
                .map(cloud::published)
                .allMatch(n -> n != null && !n.getSpec().devices().isEmpty()),
        () -> "published: " + client.resources(WireGuardNode.class).list().getItems());
  }

  private Optional<Condition> condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  private Optional<Condition> mesh(String type) {
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    return mesh == null || mesh.getStatus() == null
        ? Optional.empty()
        : condition(mesh.getStatus().conditions(), type);
  }

  private Optional<Condition> accepted(String peer) {
    var found = client.resources(Peer.class).withName(peer).get();
    return found == null || found.getStatus() == null
        ? Optional.empty()
        : condition(found.getStatus().conditions(), "Accepted");
  }

  private Map<String, String> versions() {
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

  private void awaitSettled() throws InterruptedException {
    // longer than the grace that nodes have before anything is said of them
    TimeUnit.SECONDS.sleep(12);
  }

  @Test
  void publishesNodesEffectiveSpecAndConditions() throws InterruptedException {
    awaitThreeClouds();
    var aws = cloud.published("aws-1");
    assertEquals(NodeRole.GATEWAY, aws.getSpec().role());
    assertEquals(key("aws-1"), aws.getSpec().devices().getFirst().publicKey());
    assertEquals(List.of("10.42.1.0/24"), aws.getSpec().podCIDRs());
    assertEquals("weft", aws.getMetadata().getOwnerReferences().getFirst().getName());
    assertEquals(NodeRole.MEMBER, cloud.published("aws-2").getSpec().role());
    assertEquals(NodeRole.GATEWAY, cloud.published("home-1").getSpec().role());

    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    assertEquals(mesh.getSpec(), mesh.getStatus().effective());
    assertEquals("True", mesh("Planned").orElseThrow().getStatus());
    var revision = mesh.getStatus().revision();
    assertNotNull(revision);
    awaitSettled();
    assertEquals("Behind", readyReason("aws-1"));
    for (var name : List.of("aws-1", "aws-2", "gcp-1", "gcp-2", "home-1")) {
      cloud.report(name, currentRevision());
    }
    await(
        SOON,
        () -> mesh("Ready").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "mesh: " + mesh("Ready"));
    assertEquals("Applied", readyReason("home-1"));
  }

  private String readyReason(String node) {
    var status = cloud.published(node).getStatus();
    return status == null
        ? ""
        : condition(status.conditions(), "Ready").map(Condition::getReason).orElse("");
  }

  private String currentRevision() {
    var nodes = new TreeMap<String, dev.weft.api.v1alpha1.WireGuardNodeSpec>();
    client
        .resources(WireGuardNode.class)
        .list()
        .getItems()
        .forEach(n -> nodes.put(n.getMetadata().getName(), n.getSpec()));
    var mesh = client.resources(WireGuardMesh.class).withName("weft").get();
    return dev.weft.mesh.view.MeshViewReader.read(
            "weft", requireNonNull(mesh.getStatus().effective()), nodes, Map.of())
        .view()
        .revision();
  }

  @Test
  void writesNothingAtRest() throws InterruptedException {
    awaitThreeClouds();
    cloud.mesh(peer("office", "192.168.77.0/24"));
    awaitSettled();
    TimeUnit.SECONDS.sleep(20); // the last aggregation
    var before = versions();
    TimeUnit.SECONDS.sleep(8);
    assertEquals(before, versions());
  }

  @Test
  void aSixthNodeIsOneWriteAndChangesNobodyElse() throws InterruptedException {
    awaitThreeClouds();
    awaitSettled();
    var before = new TreeMap<>(versions());
    cloud.node("aws-3", "aws", "10.0.1.3", "203.0.113.3", "10.42.6.0/24");
    cloud.report("aws-3", "");
    cloud.renew("aws-3", Duration.ofHours(1));
    await(
        Duration.ofSeconds(3),
        () ->
            cloud.published("aws-3") != null
                && !cloud.published("aws-3").getSpec().devices().isEmpty(),
        () -> "no aws-3 within 3 s");
    TimeUnit.SECONDS.sleep(2);
    var after = versions();
    before.keySet().removeIf(name -> !name.startsWith("WireGuardNode/"));
    before.forEach((name, version) -> assertEquals(version, after.get(name), name));
    assertTrue(after.containsKey("WireGuardNode/aws-3"));
  }

  @Test
  void aBurstOfNodesIsAHandfulOfPlans() throws InterruptedException {
    cloud.mesh(MESH);
    TimeUnit.SECONDS.sleep(2);
    var plansBefore = operator.metrics().total("weft_operator_plans_total");
    var start = System.nanoTime();
    for (var i = 0; i < 250; i++) {
      cloud.node(
          "n" + i,
          "r" + i % 5,
          "10.1." + i / 250 + "." + (i % 250 + 1),
          "",
          "10.42." + i % 250 + ".0/24");
    }
    var seconds = (System.nanoTime() - start) / 1e9;
    await(
        Duration.ofSeconds(60),
        () -> client.resources(WireGuardNode.class).list().getItems().size() == 250,
        () -> "published: " + client.resources(WireGuardNode.class).list().getItems().size());
    var plans = operator.metrics().total("weft_operator_plans_total") - plansBefore;
    var changes = operator.metrics().total("weft_operator_changes_total");
    System.out.printf(
        "250 nodes in %.1f s: %.0f watch events, %.0f plans%n", seconds, changes, plans);
    assertTrue(plans <= 4 + 2 * seconds, plans + " plans in " + seconds + " s");
  }

  @Test
  void aGatewayWhoseLeaseRunsOutIsReplacedWithinFifteenSeconds() throws InterruptedException {
    awaitThreeClouds();
    cloud.renew("aws-1", Duration.ofSeconds(10));
    TimeUnit.MILLISECONDS.sleep(500);
    var start = System.nanoTime();
    await(
        Duration.ofSeconds(16),
        () -> cloud.published("aws-2").getSpec().role() == NodeRole.GATEWAY,
        () -> "aws-2 is still a member");
    System.out.printf("replaced after %.1f s%n", (System.nanoTime() - start) / 1e9);
    await(
        SOON,
        () -> cloud.published("aws-1").getSpec().role() == NodeRole.MEMBER,
        () -> "aws-1 is still a gateway");
    cloud.renew("aws-1", Duration.ofHours(1));
    TimeUnit.SECONDS.sleep(2);
    assertEquals(NodeRole.GATEWAY, cloud.published("aws-2").getSpec().role(), "sticky");
  }

  @Test
  void aGatewayCordonedOffByAnnotationIsReplacedAtOnce() throws InterruptedException {
    awaitThreeClouds();
    client
        .nodes()
        .withName("gcp-1")
        .edit(
            n -> {
              n.getMetadata().setAnnotations(new TreeMap<>(Map.of("weft.dev/gateway", "false")));
              return n;
            });
    await(
        Duration.ofSeconds(3),
        () ->
            cloud.published("gcp-2").getSpec().role() == NodeRole.GATEWAY
                && cloud.published("gcp-1").getSpec().role() == NodeRole.MEMBER,
        () -> "gcp-1 is still the gateway");
  }

  @Test
  void gatewaysWhoseLeasesRunOutTogetherAreFrozen() throws InterruptedException {
    awaitThreeClouds();
    cloud.renew("aws-1", Duration.ofSeconds(4));
    cloud.renew("gcp-1", Duration.ofSeconds(5));
    TimeUnit.SECONDS.sleep(12);
    assertEquals(NodeRole.GATEWAY, cloud.published("aws-1").getSpec().role());
    assertEquals(NodeRole.GATEWAY, cloud.published("gcp-1").getSpec().role());
    assertTrue(operator.metrics().text().contains("weft_operator_frozen_gateways 2.0"));
  }

  @Test
  void aDeletedNodeLeavesNothingBehind() throws InterruptedException {
    awaitThreeClouds();
    client.nodes().withName("gcp-1").delete();
    await(SOON, () -> cloud.published("gcp-1") == null, () -> "gcp-1 is still published");
    await(
        SOON,
        () ->
            client.resources(NodeReport.class).withName("gcp-1").get() == null
                && client.leases().inNamespace("weft-agents").withName("gcp-1").get() == null,
        () -> "gcp-1's report or Lease is still there");
    await(
        SOON,
        () -> cloud.published("gcp-2").getSpec().role() == NodeRole.GATEWAY,
        () -> "gcp-2 has not taken over");
  }

  @Test
  void aDeletedMeshTakesItsNodesWithIt() throws InterruptedException {
    awaitThreeClouds();
    client.resources(WireGuardMesh.class).withName("weft").delete();
    await(
        SOON,
        () -> client.resources(WireGuardNode.class).list().getItems().isEmpty(),
        () -> "still published");
    cloud.mesh(MESH.replace("spec: {", "spec: {addresses: [10.9.0.0/16], "));
    await(
        SOON,
        () ->
            cloud.published("aws-1") != null
                && cloud.published("aws-1").getSpec().addresses().getFirst().startsWith("10.9."),
        () -> "not published anew");
  }

  @Test
  void moreThanHalfVanishingUnseenIsHeld() throws InterruptedException, IOException {
    awaitThreeClouds();
    stopOperator();
    for (var name : List.of("aws-1", "aws-2", "gcp-1")) {
      client.nodes().withName(name).delete();
    }
    startOperator("test", false);
    await(
        SOON,
        () -> mesh("Planned").filter(c -> c.getReason().equals("Held")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
    assertTrue(mesh("Planned").orElseThrow().getMessage().contains("aws-1, aws-2, gcp-1"));
    assertEquals(5, client.resources(WireGuardNode.class).list().getItems().size());
    for (var name : List.of("aws-1", "aws-2", "gcp-1")) {
      client.resources(WireGuardNode.class).withName(name).delete();
    }
    await(
        SOON,
        () -> mesh("Planned").filter(c -> c.getStatus().equals("True")).isPresent(),
        () -> "mesh: " + mesh("Planned"));
  }

  private static String peer(String name, String allowedIPs) {
    return """
    apiVersion: weft.dev/v1alpha1
    kind: Peer
    metadata: {name: %s}
    spec: {publicKey: "%s", allowedIPs: [%s]}
    """
        .formatted(name, key(name), allowedIPs);
  }

  @Test
  void aPeerThatClaimsAPodCidrIsToldAndDisturbsNobody() throws InterruptedException {
    awaitThreeClouds();
    cloud.mesh(peer("good", "192.168.77.0/24"));
    await(SOON, () -> accepted("good").isPresent(), () -> "good has no condition");
    var before = versions();
    cloud.mesh(peer("thief", "10.42.3.0/24"));
    await(
        SOON,
        () -> accepted("thief").filter(c -> c.getStatus().equals("False")).isPresent(),
        () -> "thief: " + accepted("thief"));
    var condition = accepted("thief").orElseThrow();
    assertTrue(condition.getMessage().contains("10.42"), condition.getMessage());
    assertTrue(condition.getMessage().contains("spec.allowedIPs"), condition.getMessage());
    await(
        SOON,
        () ->
            client.events().v1().events().inNamespace("default").list().getItems().stream()
                .anyMatch(
                    e ->
                        e.getRegarding().getName().equals("thief")
                            && e.getReason().equals(condition.getReason())
                            && "weft-operator".equals(e.getReportingController())),
        () -> "events: " + client.events().v1().events().inNamespace("default").list().getItems());
    var after = versions();
    before.forEach(
        (name, version) -> {
          if (name.startsWith("WireGuardNode/") || name.equals("Peer/good")) {
            assertEquals(version, after.get(name), name);
          }
        });
  }

  @Test
  void aPeerWithoutAMeshIsTold() throws InterruptedException {
    cloud.mesh(peer("lonely", "192.168.77.0/24").replace("spec: {", "spec: {mesh: nowhere, "));
    await(
        SOON,
        () -> accepted("lonely").filter(c -> c.getStatus().equals("False")).isPresent(),
        () -> "lonely: " + accepted("lonely"));
    assertTrue(accepted("lonely").orElseThrow().getMessage().contains("nowhere"));
  }

  @Test
  void aChangedGranularityIsPutIntoForce() throws InterruptedException {
    awaitThreeClouds();
    client
        .resources(WireGuardMesh.class)
        .withName("weft")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"granularity\":\"Full\"}}");
    await(
        SOON,
        () -> cloud.published("aws-2").getSpec().role() == NodeRole.GATEWAY,
        () -> "Full makes every node a gateway");
    var after = client.resources(WireGuardMesh.class).withName("weft").get();
    assertEquals(after.getSpec(), after.getStatus().effective());
  }

  @Test
  void aSecondOperatorStandsBy() throws InterruptedException, IOException {
    stopOperator();
    startOperator("first", true);
    var first = operator;
    var firstClient = operatorClient;
    awaitThreeClouds();
    startOperatorInBackground();
    TimeUnit.SECONDS.sleep(4);
    assertEquals(0, operator.metrics().total("weft_operator_writes_total"));
    first.close();
    firstClient.close();
    cloud.mesh(peer("late", "192.168.78.0/24"));
    await(
        Duration.ofSeconds(30),
        () -> accepted("late").isPresent(),
        () -> "the second did not take over");
  }

  private void startOperatorInBackground() throws IOException {
    operatorClient = server.as("weft-system", "weft-operator");
    operator =
        new WeftOperator(
            operatorClient,
            new Settings("weft-system", "weft-agents", "second", true, "127.0.0.1", 0));
    var second = operator;
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                second.start();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }
}
