package dev.weft.operator;

import static dev.weft.operator.TestCloud.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.Peer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/sizing.md says is supported, with the heap that is shipped: each size on top of those
 * before. A new Peer is still put in force soon, and the operator neither ends nor runs out of
 * memory.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SizesSoak {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Of a new Peer, on a machine that does other things, too. */
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir static Path folder;
  private static ApiServer server;
  private static KubernetesClient admin;
  private static TestCloud cloud;
  private static OperatorProcess operator;
  private static int made;

  @BeforeAll
  static void start() throws Exception {
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    admin = server.admin();
    cloud = new TestCloud(admin);
    cloud.threeClouds();
    cloud.mesh(OperatorFixture.MESH);
    operator = OperatorProcess.start(server, "sizes", folder);
    await(PATIENCE, () -> cloud.published("home-1") != null, operator::log);
  }

  @AfterAll
  static void stop() {
    operator.close();
    server.close();
  }

  private static boolean hasStatus(String peer) {
    var found = admin.resources(Peer.class).withName(peer).get();
    return found != null && found.getStatus() != null;
  }

  private static boolean isInForce(String peer) {
    return hasStatus(peer)
        && admin.resources(Peer.class).withName(peer).get().getStatus().effective() != null;
  }

  /** An operator that is started beside all that there is. */
  private static void restart() throws IOException {
    operator.close();
    operator = OperatorProcess.start(server, "sizes", folder);
  }

  /** A Peer that is made now, beside all others. */
  private static void aNewPeerIsInForceSoon(String what) throws InterruptedException {
    var name = "new-" + made++;
    cloud.mesh(OperatorFixture.peer(name, "192.168.%d.0/24".formatted(100 + made)));
    var start = System.nanoTime();
    await(SOON, () -> isInForce(name), () -> name + " is not in force\n" + operator.log());
    System.out.printf(
        "measured: %s, a new Peer in force after: %d ms%n",
        what, (System.nanoTime() - start) / 1_000_000);
    assertTrue(operator.isAlive(), operator::log);
    assertFalse(operator.log().contains("OutOfMemoryError"), operator::log);
  }

  @Test
  @Order(1)
  void threeHundredAndThirtyPeersWith250KilobytesOfAnnotationsEach() throws Exception {
    var text = "x".repeat(250_000);
    IntStream.range(0, 330)
        .parallel()
        .forEach(
            i -> {
              var name = "wide-" + i;
              var peer =
                  admin
                      .getKubernetesSerialization()
                      .unmarshal(
                          OperatorFixture.peer(name, "172.20.%d.%d/32".formatted(i / 200, i % 200)),
                          Peer.class);
              peer.getMetadata().setAnnotations(Map.of("example.com/notes", text));
              admin.resource(peer).create();
            });
    await(PATIENCE, () -> hasStatus("wide-329"), operator::log);
    aNewPeerIsInForceSoon("330 Peers with annotations of 250 KB");
    restart();
    aNewPeerIsInForceSoon("the same, and a restart");
  }

  @Test
  @Order(2)
  void fiveHundredPeersWithPresharedKeys() throws Exception {
    IntStream.range(0, 500)
        .parallel()
        .forEach(
            i -> {
              var name = "keyed-" + i;
              admin.resource(presharedKey(name)).create();
              cloud.mesh(
                  OperatorFixture.peer(name, "172.21.%d.%d/32".formatted(i / 200, i % 200))
                      .replace("spec: {", "spec: {presharedKeySecretRef: {name: " + name + "}, "));
            });
    await(PATIENCE, () -> isInForce("keyed-499"), operator::log);
    aNewPeerIsInForceSoon("and 500 Peers with preshared keys");
  }

  private static Secret presharedKey(String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(TestCloud.AGENTS)
        .endMetadata()
        .addToStringData("presharedKey", TestCloud.key(name))
        .build();
  }

  @Test
  @Order(3)
  void thirtyFiveThousandBadPrefixes() throws Exception {
    // Parts of the pods' range; 64 is what a Peer may have.
    IntStream.range(0, 550)
        .parallel()
        .forEach(
            i ->
                cloud.mesh(
                    OperatorFixture.peer(
                        "bad-" + i,
                        IntStream.range(0, 64)
                            .mapToObj(n -> "10.42.%d.%d/32".formatted(i % 256, n))
                            .collect(Collectors.joining(", ")))));
    await(PATIENCE, () -> hasStatus("bad-549"), operator::log);
    aNewPeerIsInForceSoon("and 35,200 prefixes that can't be had");
  }

  @Test
  @Order(4)
  void fiveHundredNodes() throws Exception {
    cloud.manyNodes(500);
    await(PATIENCE, () -> cloud.published("node-499") != null, operator::log);
    aNewPeerIsInForceSoon("and 505 nodes in 23 locations");
    restart();
    aNewPeerIsInForceSoon("the same, and a restart");
  }
}
