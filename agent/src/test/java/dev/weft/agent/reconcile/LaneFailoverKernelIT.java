package dev.weft.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.client.ApiServerAddress;
import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.agent.kernel.Ownership;
import dev.weft.agent.kernel.Runner;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.key.DeviceKeys;
import dev.weft.agent.probe.Probed;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateway a and, at the other end, the gateways b (weft0) and c (weft01) of one location. */
class LaneFailoverKernelIT {
  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first
  private Runner runner;

  @SuppressWarnings("NullAway.Init")
  private Dataplane dataplane;

  @BeforeEach
  void start() {
    runner = new Runner(directory.resolve("requests"));
    dataplane = new Dataplane("a", new KernelAccess(options(), reason -> {}), nanos -> {});
    Shell.run("ip link add ground type bridge; ip addr add 10.0.0.1/24 dev ground");
    Shell.run("ip link set ground up");
  }

  @AfterEach
  void end() throws IOException {
    dataplane.close();
    try (var kernel = Kernel.open(options())) {
      kernel.cleanUp(Ownership.defaults());
    }
    runner.close();
    Shell.run("ip link del ground");
  }

  private KernelOptions options() {
    return new KernelOptions(
        WireGuardImplementation.AUTO,
        directory.resolve("requests"),
        Path.of("/run/wireguard"),
        Duration.ofSeconds(30));
  }

  private Outcome converge(PublishedMesh mesh, String... answering) throws IOException {
    var view = AcceptedView.read(mesh);
    var keys =
        new Self(
                "a",
                DeviceKeys.open(directory),
                new ApiServerAddress("203.0.113.5", 6443),
                Optional.empty(),
                "",
                "")
            .keysFor(Optional.of(view));
    var outcome =
        dataplane.converge(
            Optional.of(view),
            Map.of(),
            List.of(Endpoint.parse("203.0.113.5:6443")),
            false,
            new Egress(new LocalEgress(List.of(), Set.of(), List.of()), Map.of(), true),
            new NodeSecrets(keys, Map.of()),
            new Probed(Map.of(), Set.of(answering), Map.of(), true),
            true,
            Set.of(),
            1_772_366_400L);
    assertTrue(outcome.isClean(), () -> outcome.trouble() + outcome.failures());
    return outcome;
  }

  /** The devices by which packets to pods of c leave. */
  private static Set<String> lanes() {
    var devices = new TreeSet<String>();
    long group =
        Shell.json("ip -j route show table 7050 10.42.3.0/24").path(0).path("nhid").asLong();
    for (var member : Shell.json("ip -j nexthop get id " + group).path(0).path("group")) {
      devices.add(
          Shell.json("ip -j nexthop get id " + member.path("id").asLong())
              .path(0)
              .path("dev")
              .asText());
    }
    return devices;
  }

  @Test
  void whatPulsesFindIsOneChangeOfOneGroup() throws IOException {
    var mesh = Published.lanes();
    converge(mesh);
    assertEquals(Set.of("weft0", "weft01"), lanes(), "nothing is known yet");
    assertEquals(List.of(), converge(mesh, "b", "c").changes());
    var routes = Shell.run("ip route show table 7050");
    for (var step :
        List.of(
            Map.entry(List.of("c"), Set.of("weft01")),
            Map.entry(List.of("b"), Set.of("weft0")),
            Map.entry(List.of("b", "c"), Set.of("weft0", "weft01")))) {
      var changes = converge(mesh, step.getKey().toArray(String[]::new)).changes();
      assertEquals(1, changes.size(), changes::toString);
      assertTrue(changes.getFirst() instanceof Change.SetNextHopGroup, changes::toString);
      assertEquals(step.getValue(), lanes());
    }
    assertEquals(routes, Shell.run("ip route show table 7050"));
  }

  /** All at once: the fault is this node's own uplink, and the last lane is never given up. */
  @Test
  void whenNobodyAnswersEveryLaneStays() throws IOException {
    var mesh = Published.lanes();
    converge(mesh, "b", "c");
    assertEquals(List.of(), converge(mesh).changes());
    assertEquals(Set.of("weft0", "weft01"), lanes());
  }

  @Test
  void theDeviceOfALaneThatIsGivenUpGoes() throws IOException {
    converge(Published.lanes(), "b", "c");
    assertTrue(Shell.run("ip -o link").contains("weft01"));
    var changes = converge(Published.mesh("a", "b", "c"), "b", "c").changes();
    assertEquals(new Change.RemoveDevice("weft01"), changes.getLast());
    assertFalse(Shell.run("ip -o link").contains("weft01"));
    assertEquals(List.of(), converge(Published.mesh("a", "b", "c"), "b", "c").changes());
  }
}
