package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.checkpoint.Checkpoint;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.reconcile.Restore;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.trial.LearntEndpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The data plane of a node that has booted, without an API server. */
class RestoreKernelIT {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<Endpoint> API_SERVER = List.of(Endpoint.parse("203.0.113.5:6443"));

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first
  private Runner runner;

  @BeforeEach
  void start() {
    runner = new Runner(directory.resolve("requests"));
    Shell.run("ip link add ground type bridge; ip addr add 10.0.0.1/24 dev ground");
    Shell.run("ip link set ground up");
  }

  @AfterEach
  void end() throws IOException {
    try (var kernel = Kernel.open(options())) {
      kernel.cleanUp(Ownership.defaults());
    }
    runner.close();
    Shell.run("ip link del ground");
  }

  private DeviceKeys keys() throws IOException {
    return DeviceKeys.open(Files.createDirectories(directory.resolve("state")));
  }

  private KernelOptions options() {
    return new KernelOptions(
        WireGuardImplementation.AUTO,
        directory.resolve("requests"),
        Path.of("/run/wireguard"),
        Duration.ofSeconds(10));
  }

  private static Checkpoint checkpoint(Optional<PublishedMesh> published, List<Endpoint> known) {
    return new Checkpoint(
        "a",
        published,
        Map.of(),
        List.of("10.42.1.0/24"),
        Map.of(),
        known,
        false,
        LearntEndpoints.NONE);
  }

  private String restore(Optional<PublishedMesh> published, List<Endpoint> apiServer)
      throws IOException {
    return Restore.run(checkpoint(published, List.of()), keys(), apiServer, options(), NOW).line();
  }

  @Test
  void tunnelsRoutesAndRulesAreThereBeforeAnyAgentRuns() throws IOException {
    var published = Optional.of(Published.mesh("a", "b"));
    var said = restore(published, API_SERVER);
    assertTrue(said.startsWith("mesh main restored from the checkpoint: "), said);
    var routes = Shell.run("ip route show table 7050");
    assertTrue(routes.contains("10.42.2.0/24"), routes);
    assertTrue(Shell.run("wg show weft0 endpoints").contains("192.0.2.2:51820"));
    assertTrue(Shell.run("ip rule").contains("lookup 7050"));
    assertTrue(Shell.run("nft list table inet weft").contains("chain"));
    assertTrue(restore(published, API_SERVER).endsWith(": 0 changes"), "the second time");
  }

  @Test
  void theCheckpointMayKnowTheApiServer() throws IOException {
    var saved = checkpoint(Optional.of(Published.mesh("a", "b")), API_SERVER);
    assertTrue(
        Restore.run(saved, keys(), List.of(), options(), NOW)
            .line()
            .startsWith("mesh main restored"));
  }

  @Test
  void withoutTheApiServersAddressNothingIsRouted() {
    var refused =
        assertThrows(
            IOException.class, () -> restore(Optional.of(Published.mesh("a", "b")), List.of()));
    assertTrue(String.valueOf(refused.getMessage()).contains("KUBERNETES_SERVICE_HOST"));
    assertFalse(Shell.run("ip rule").contains("7050") && Shell.run("ip -o link").contains("weft0"));
  }

  @Test
  void aNodeThatIsInNoMeshIsLeftAsItIs() throws IOException {
    var before = Shell.run("ip -o link; ip rule");
    assertTrue(restore(Optional.empty(), API_SERVER).contains("nothing to restore"));
    assertTrue(restore(Optional.of(Published.mesh("b")), API_SERVER).contains("is in no mesh"));
    assertEquals(before, Shell.run("ip -o link; ip rule"));
  }

  /** Two gateways at the other end: each is met by a device of its own, with a key of its own. */
  @Test
  void aLaneHasItsDeviceItsKeyAndItsPort() throws IOException {
    var published = Optional.of(Published.lanes());
    var said = restore(published, API_SERVER);
    assertTrue(said.startsWith("mesh main restored from the checkpoint: "), said);
    assertTrue(Shell.run("wg show weft0 endpoints").contains("192.0.2.2:51820"));
    var second = Shell.run("wg show weft01 endpoints");
    assertTrue(second.contains("192.0.2.3:51820"), second);
    assertEquals("51821", Shell.run("wg show weft01 listen-port").strip());
    var file = directory.resolve("state/key-1");
    assertEquals(Shell.run("wg show weft01 private-key").strip(), Files.readString(file).strip());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    var group = Shell.run("ip route show table 7050 10.42.2.0/24");
    var id = group.replaceAll("(?s).*nhid (\\d+).*", "$1");
    assertTrue(Shell.run("ip nexthop get id " + id).matches("(?s).*group \\d+/\\d+.*"), group);
    assertTrue(restore(published, API_SERVER).endsWith(": 0 changes"), "the second time");
    assertTrue(restore(Optional.of(Published.mesh("a", "b")), API_SERVER).contains("changes"));
    assertTrue(Shell.run("ip -o link").contains("weft01"), "a restore takes nothing away");
  }
}
