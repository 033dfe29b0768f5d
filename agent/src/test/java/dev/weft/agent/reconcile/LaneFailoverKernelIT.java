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
import dev.weft.agent.metrics.LaneFigures;
import dev.weft.agent.probe.Probed;
import dev.weft.agent.view.AcceptedView;
import dev.weft.agent.view.Published;
import dev.weft.agent.view.PublishedMesh;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.egress.LocalEgress;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.trial.LearntEndpoints;
import dev.weft.mesh.view.NodeSecrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  private final List<Long> failovers = new ArrayList<>();
  private Map<String, Long> silent = Map.of();

  @BeforeEach
  void start() {
    runner = new Runner(directory.resolve("requests"));
    dataplane =
        new Dataplane(
            "a",
            new KernelAccess(options(), reason -> {}),
            nanos -> {},
            failovers::add,
            LearntEndpoints.NONE);
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
            new Probed(Map.of(), Set.of(answering), silent, Map.of(), true),
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

  @Test
  void aFailoverIsMeasuredAndPacketsAreCountedPerDevice() throws IOException {
    var mesh = Published.lanes();
    converge(mesh, "b", "c");
    assertEquals(
        List.of("weft0 far 0 b Optional[true]", "weft01 far 1 c Optional[true]"), described());
    silent = Map.of("b", System.nanoTime() - 1_000_000_000L);
    converge(mesh, "c");
    assertEquals(1, failovers.size(), failovers::toString);
    long nanos = failovers.getFirst();
    assertTrue(nanos >= 1_000_000_000L && nanos < 30_000_000_000L, failovers::toString);
    assertEquals(
        List.of("weft0 far 0 b Optional[false]", "weft01 far 1 c Optional[true]"), described());
    var before = dataplane.laneFigures().packets();
    assertEquals(Set.of("weft0", "weft01"), before.keySet());
    Shell.run("ping -c 3 -i 0.2 -W 1 -I weft01 10.42.3.9 || true");
    converge(mesh, "c");
    // The kernel's WireGuard counts what it encrypts, and without a session that is nothing.
    if (!isKernels("weft01")) {
      assertTrue(sentBy("weft01") >= 3, "the pings went elsewhere");
    }
    assertEquals(sentBy("weft01"), sent("weft01"));
    assertEquals(1, failovers.size(), "once a silence");
  }

  private List<String> described() {
    return dataplane.laneFigures().lanes().stream()
        .map(
            l ->
                "%s %s %d %s %s"
                    .formatted(l.device(), l.location(), l.ordinal(), l.gateway(), l.isUp()))
        .toList();
  }

  private long sent(String device) {
    return Objects.requireNonNull(dataplane.laneFigures().packets().get(device)).sentPackets();
  }

  private static boolean isKernels(String device) {
    var link = Shell.json("ip -d -j link show " + device).path(0);
    return link.at("/linkinfo/info_kind").asText().equals("wireguard");
  }

  private static long sentBy(String device) {
    return Shell.json("ip -s -j link show " + device)
        .path(0)
        .path("stats64")
        .path("tx")
        .path("packets")
        .asLong();
  }

  @Test
  void withOneGatewayPerLocationThereAreNoFiguresOfLanes() throws IOException {
    converge(Published.mesh("a", "b", "c"), "b", "c");
    assertEquals(LaneFigures.NONE, dataplane.laneFigures());
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
