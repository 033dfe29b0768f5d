package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.client.ApiServerAddress;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.kernel.Ownership;
import dev.weft.agent.kernel.Runner;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.key.KeyPairs;
import dev.weft.agent.probe.Probed;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.NodeDevice;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.api.v1alpha1.WireGuardNodeSpec;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.trial.LearntEndpoints;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway a with an endpoint, and b, which has none, played by a WireGuard device beside a's. */
class LearntEndpointsKernelIT {
  private static final int PORT_OF_B = 40123;

  @TempDir private Path directory;

  private final KeyPair b = KeyPairs.generate(new SecureRandom());

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first
  private Runner runner;

  @BeforeEach
  void start() {
    runner = new Runner(directory.resolve("requests"));
    Shell.run("ip link add ground type bridge; ip addr add 10.0.0.1/24 dev ground");
    Shell.run("ip link set ground up; ip link set lo up");
  }

  @AfterEach
  void end() throws IOException {
    try (var kernel = Kernel.open(options())) {
      kernel.cleanUp(Ownership.defaults());
    }
    runner.close();
    Shell.run("ip link del ground; ip link del wgb 2>/dev/null; true");
  }

  private KernelOptions options() {
    return new KernelOptions(
        WireGuardImplementation.AUTO,
        directory.resolve("requests"),
        Path.of("/run/wireguard"),
        Duration.ofSeconds(30));
  }

  private Dataplane dataplane(LearntEndpoints learnt) {
    return new Dataplane(
        "a", new KernelAccess(options(), reason -> {}), nanos -> {}, nanos -> {}, learnt);
  }

  private PublishedMesh mesh() {
    var plain = Published.mesh("a", "b");
    var nodes = new TreeMap<>(plain.nodes());
    nodes.computeIfPresent("b", (name, n) -> withoutEndpoint(n));
    return new PublishedMesh(plain.mesh(), plain.effective(), nodes, plain.peers());
  }

  private WireGuardNodeSpec withoutEndpoint(WireGuardNodeSpec n) {
    return new WireGuardNodeSpec(
        n.mesh(),
        n.location(),
        n.role(),
        n.peerGateway(),
        n.ordinal(),
        n.draining(),
        n.home(),
        n.addresses(),
        n.podCIDRs(),
        List.of(),
        List.of(),
        n.locationCIDRs(),
        n.persistentKeepalive(),
        List.of(new NodeDevice(0, 0, b.publicKey().text(), PORT_OF_B, List.of(), List.of())),
        n.encapsulations());
  }

  private DeviceKeys keys() throws IOException {
    return DeviceKeys.open(directory);
  }

  private Outcome converge(Dataplane dataplane) throws IOException {
    var view = AcceptedView.read(mesh());
    var keys =
        new Self("a", keys(), new ApiServerAddress("203.0.113.5", 6443), Optional.empty(), "", "")
            .keysFor(Optional.of(view));
    var outcome =
        dataplane.converge(
            Optional.of(view),
            Map.of(),
            List.of(Endpoint.parse("203.0.113.5:6443")),
            false,
            new Egress(new LocalEgress(List.of(), Set.of(), List.of()), Map.of(), true),
            new NodeSecrets(keys, Map.of()),
            Probed.NOTHING,
            true,
            Set.of(),
            System.currentTimeMillis() / 1000);
    assertTrue(outcome.isClean(), () -> outcome.trouble() + outcome.failures());
    return outcome;
  }

  /** A device that calls a, as one behind NAT does. */
  private void callFromB() throws IOException {
    var key = directory.resolve("b.key");
    Files.writeString(key, b.privateKey().reveal());
    Shell.run(
        """
        ip link add wgb type wireguard 2>/dev/null || WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD=1 wireguard-go wgb >/dev/null 2>&1
        wg set wgb private-key %s listen-port %d peer %s endpoint 10.0.0.1:51820 allowed-ips 10.4.0.1/32 persistent-keepalive 1
        ip link set wgb up
        """
            .formatted(key, PORT_OF_B, keys().first().publicKey().text()));
  }

  /** The endpoint of b as a's device has it. */
  private String endpoint() {
    return Shell.run("wg show weft0 endpoints | grep -F '" + b.publicKey().text() + "' || true")
        .replaceAll(".*\\s(\\S+)\\s*", "$1");
  }

  private void awaitHandshake() throws InterruptedException {
    for (int i = 0; i < 100 && !endpoint().startsWith("10."); i++) {
      Thread.sleep(100);
    }
    assertEquals("10.0.0.1:" + PORT_OF_B, endpoint());
  }

  @Test
  void aDeviceThatIsMadeAnewCallsWhoCalledItLast() throws Exception {
    LearntEndpoints saved;
    try (var dataplane = dataplane(LearntEndpoints.NONE)) {
      converge(dataplane);
      assertEquals("(none)", endpoint(), "b has to call first");
      callFromB();
      awaitHandshake();
      assertEquals(List.of(), converge(dataplane).changes());
      saved = dataplane.learntOfNodes();
      // From now on b doesn't call any more: what is known of it, is known from before.
      Shell.run("ip link del wgb");
      lose();
      converge(dataplane);
      assertEquals("10.0.0.1:" + PORT_OF_B, endpoint());
      assertEquals(List.of(), converge(dataplane).changes(), "and stays without more changes");
    }
    assertEquals(1, saved.endpoints().size(), saved::toString);
    lose();
    try (var afterABoot = dataplane(saved)) {
      converge(afterABoot);
      assertEquals("10.0.0.1:" + PORT_OF_B, endpoint());
    }
  }

  /** As after an accident; a wireguard-go ends with its link. */
  private void lose() throws InterruptedException {
    runner.kill("weft0");
    Shell.run("ip link del weft0 2>/dev/null; true");
    for (int i = 0; i < 50 && Shell.run("ip -o link").contains("weft0"); i++) {
      Thread.sleep(100);
    }
  }
}
