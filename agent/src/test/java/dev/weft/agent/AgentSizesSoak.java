package dev.weft.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.agent.kernel.Runner;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.view.PresharedKeyWatch;
import dev.weft.agent.view.Published;
import dev.weft.api.server.ApiServer;
import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.NodeReport;
import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.api.v1alpha1.Peer;
import dev.weft.api.v1alpha1.PeerStatus;
import dev.weft.api.v1alpha1.SecretRef;
import dev.weft.api.v1alpha1.WireGuardMesh;
import dev.weft.api.v1alpha1.WireGuardMeshSpec;
import dev.weft.api.v1alpha1.WireGuardMeshStatus;
import dev.weft.api.v1alpha1.WireGuardNode;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/sizing.md says is supported, on the node that has the most of it: the gateway to which
 * all Peers are attached. The agent runs with the flags and under the memory limit that are
 * shipped, and programs a kernel. The objects are written as the operator writes them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set by start()
class AgentSizesSoak {
  private static final int LOCATIONS = 20;
  private static final int NODES = 500;
  private static final int PEERS = 1300;
  private static final int KEYED = 500;
  private static final String AGENTS = "weft-agents";
  private static final String MESH = "weft";
  private static final String SELF = "n-0";
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir static Path folder;
  private static ApiServer server;
  private static KubernetesClient admin;
  private static Runner runner;
  private static AgentProcess agent;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(AgentProcess.canBeLimited(), "no memory control group (cgroup v1) to be had");
    assertEquals(
        "lo",
        Shell.run("ip -br link show up | awk '{print $1}'").strip(),
        "needs a network namespace of its own");
    Shell.run(
        """
        set -e
        ip link add wan type veth peer name other
        ip link set wan up; ip link set other up
        ip addr add 10.0.0.1/24 dev wan; ip route add default via 10.0.0.254 dev wan
        """);
    server = ApiServer.start();
    server.kubectl("apply", "-k", ApiServer.repository().resolve("deploy").toString());
    server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    admin = server.admin();
    runner = new Runner(folder.resolve("run/userspace"));
    for (var made : List.of("state", "run/userspace", "cni", "addresses", "results")) {
      Files.createDirectories(folder.resolve(made));
    }
    admin
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(SELF)
                .endMetadata()
                .withNewSpec()
                .withPodCIDR("10.42.0.0/24")
                .withPodCIDRs("10.42.0.0/24")
                .endSpec()
                .build())
        .create();
    agent = AgentProcess.start(server, SELF, folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (agent != null) {
      agent.close();
      runner.close();
      server.close();
    }
  }

  private static void await(String what, BooleanSupplier reached) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!reached.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, () -> what + ": not in time\n" + agent.log());
      assertTrue(agent.isAlive(), agent::log);
      Thread.sleep(100);
    }
  }

  private static boolean isReady() {
    return Shell.run("curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9586/readyz || true")
        .strip()
        .equals("200");
  }

  private static int peersOfTheKernel() {
    return (int) Shell.run("wg show weft0 peers 2>/dev/null || true").lines().count();
  }

  /** With the key that the agent reports, as an operator would. */
  private static String ownKey() throws InterruptedException {
    var reports = admin.resources(NodeReport.class).withName(SELF);
    await(
        "a NodeReport",
        () -> reports.get() != null && !reports.get().getSpec().devices().isEmpty());
    return reports.get().getSpec().devices().getFirst().publicKey();
  }

  private static WireGuardNode node(int i, String key) {
    int location = i % LOCATIONS;
    boolean gateway = i < LOCATIONS;
    var underlay = "10.0.%d.%d".formatted(location, 1 + i / LOCATIONS);
    var node = new WireGuardNode();
    node.setMetadata(new ObjectMetaBuilder().withName("n-" + i).build());
    node.setSpec(
        new WireGuardNodeSpec(
            MESH,
            "location-" + location,
            gateway ? NodeRole.GATEWAY : NodeRole.MEMBER,
            gateway,
            null,
            null,
            i == 0,
            List.of("10.4.%d.%d".formatted(i / 250, 1 + i % 250)),
            List.of("10.%d.%d.0/24".formatted(42 + i / 250, i % 250)),
            List.of(underlay),
            List.of(underlay),
            List.of(),
            "25s",
            List.of(
                new NodeDevice(
                    0,
                    0,
                    key,
                    51820,
                    gateway ? List.of("192.0.2.%d:51820".formatted(1 + i)) : List.of(),
                    List.of())),
            List.of()));
    return node;
  }

  private static void peer(int i) {
    var name = "peer-" + i;
    var address = "10.5.%d.%d/32".formatted(i / 250, 1 + i % 250);
    var secret = i < KEYED ? new SecretRef("psk-" + i) : null;
    if (secret != null) {
      admin
          .resource(
              new SecretBuilder()
                  .withNewMetadata()
                  .withName(secret.name())
                  .withNamespace(AGENTS)
                  .endMetadata()
                  .addToStringData(PresharedKeyWatch.FIELD, Published.key("psk of " + name))
                  .build())
          .create();
    }
    var peer =
        admin
            .getKubernetesSerialization()
            .unmarshal(
                """
                apiVersion: weft.dev/v1alpha1
                kind: Peer
                metadata: {name: %s}
                spec: {mesh: %s, publicKey: "%s", allowedIPs: [%s]}
                """
                    .formatted(name, MESH, Published.key(name), address),
                Peer.class);
    admin.resource(peer).create();
    peer.setStatus(status(name, address, secret));
    admin.resource(peer).updateStatus();
  }

  private static PeerStatus status(String name, String address, @Nullable SecretRef secret) {
    return new PeerStatus(
        List.of(),
        new EffectivePeer(
            MESH, Published.key(name), List.of(address), null, null, null, null, secret, null),
        List.of(),
        null,
        null,
        null,
        null,
        1L);
  }

  private static void assertWithinTheLimit(String what) throws Exception {
    assertTrue(agent.isAlive(), agent::log);
    assertFalse(agent.log().contains("OutOfMemoryError"), agent::log);
    long peak = agent.peakMebibytes();
    System.out.printf(
        "measured: %s: at most %d MiB resident, limit %d MiB, at the limit %d times%n",
        what, peak, AgentProcess.limitBytes() >> 20, agent.timesAtTheLimit());
    assertTrue(peak < AgentProcess.limitBytes() >> 20, peak + " MiB");
    assertEquals(0, agent.timesAtTheLimit());
  }

  @Test
  @Order(1)
  void fiveHundredNodesAndThirteenHundredPeersAreInTheKernel() throws Exception {
    var mesh = new WireGuardMesh();
    mesh.setMetadata(new ObjectMetaBuilder().withName(MESH).build());
    mesh.setSpec(WireGuardMeshSpec.DEFAULT);
    admin.resource(mesh).create();
    mesh.setStatus(
        new WireGuardMeshStatus(
            List.of(), WireGuardMeshSpec.DEFAULT, "r1", NODES, 0, 0, List.of(), null));
    admin.resource(mesh).updateStatus();
    var own = ownKey();
    IntStream.range(0, NODES)
        .parallel()
        .forEach(i -> admin.resource(node(i, i == 0 ? own : Published.key("n-" + i))).create());
    IntStream.range(0, PEERS).parallel().forEach(AgentSizesSoak::peer);
    long made = System.nanoTime();
    int expected = PEERS + LOCATIONS - 1;
    await("all peers in the kernel", () -> peersOfTheKernel() == expected);
    await("ready", AgentSizesSoak::isReady);
    System.out.printf(
        "measured: in the kernel %d ms after the last object was made%n",
        (System.nanoTime() - made) / 1_000_000);
    assertWithinTheLimit("500 nodes, 1,300 Peers, 500 of them with preshared keys");
  }

  @Test
  @Order(2)
  void aNewPeerIsInTheKernelSoon() throws Exception {
    long began = System.nanoTime();
    peer(PEERS);
    var key = Published.key("peer-" + PEERS);
    await("the new Peer", () -> Shell.run("wg show weft0 peers").contains(key));
    System.out.printf(
        "measured: a new Peer in the kernel after %d ms%n",
        (System.nanoTime() - began) / 1_000_000);
    assertWithinTheLimit("and one more");
  }

  @Test
  @Order(3)
  void anAgentThatIsStartedBesideThemIsReadyAgain() throws Exception {
    agent.close();
    long began = System.nanoTime();
    agent = AgentProcess.start(server, SELF, folder);
    await("ready after a restart", AgentSizesSoak::isReady);
    System.out.printf(
        "measured: ready %d ms after its start%n", (System.nanoTime() - began) / 1_000_000);
    assertEquals(PEERS + 1 + LOCATIONS - 1, peersOfTheKernel());
    admin.resources(Peer.class).withName("peer-0").delete();
    await("a Peer revoked", () -> peersOfTheKernel() == PEERS + LOCATIONS - 1);
    assertWithinTheLimit("after a restart");
  }
}
