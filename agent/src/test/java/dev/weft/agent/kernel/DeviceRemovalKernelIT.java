package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.api.v1alpha1.WireGuardImplementation;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredNextHop;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.diff.StateDiff;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane that is given up: its device goes, and no link that only has such a name does. */
class DeviceRemovalKernelIT {
  private static final Set<PublicKey> OWN =
      Set.of(Keys.publicKey(1), Keys.publicKey(21), Keys.publicKey(22));

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // JUnit calls open() first
  private Runner runner;

  @SuppressWarnings("NullAway.Init")
  private Kernel kernel;

  @BeforeEach
  void open() throws IOException {
    runner = new Runner(directory.resolve("requests"));
    kernel =
        Kernel.open(
            new KernelOptions(
                WireGuardImplementation.AUTO,
                directory.resolve("requests"),
                Path.of("/run/wireguard"),
                Duration.ofSeconds(30)));
  }

  @AfterEach
  void close() {
    kernel.cleanUp(Ownership.defaults());
    kernel.close();
    runner.close();
  }

  private static DesiredDevice lane(int lane, int key) {
    return new DesiredDevice(
        "weft0" + lane,
        new DeviceId(lane, 0),
        Keys.pair(key),
        51820 + lane,
        0x1000,
        1420,
        List.of());
  }

  /** The state of one lane, with a second device and a next hop to it. */
  private static DesiredState twoLanes() {
    var one = States.gateway(2, 3);
    var devices = new ArrayList<>(one.devices());
    devices.add(lane(1, 21));
    var hops = new ArrayList<>(one.nextHops());
    hops.add(new DesiredNextHop(States.BASE + 0x12, Family.IPV4, Optional.empty(), "weft01"));
    return one.withDevices(devices).withRoutes(hops, one.nextHopGroups(), one.routes());
  }

  private ChangeSet converge(DesiredState state) throws IOException {
    var changes = StateDiff.diff(state, kernel.read(state, 1), OWN);
    var result = kernel.apply(changes, state.routeProtocol());
    assertEquals(List.of(), result.failures());
    return changes;
  }

  private static boolean isThere(String link) {
    return Shell.run("ip -o link").matches("(?s).* " + link + "[@:].*");
  }

  @Test
  void aDeviceThatIsNoLongerWantedGoesAndComesBack() throws IOException {
    for (int time = 0; time < 2; time++) {
      converge(twoLanes());
      assertTrue(isThere("weft01"));
      assertEquals("51821", Shell.run("wg show weft01 listen-port").strip());
      assertEquals(List.of(), converge(twoLanes()).changes());
      var index = Shell.run("ip -o link show weft0").replaceAll("(?s):.*", "");
      var changes = converge(States.gateway(2, 3)).changes();
      assertEquals(new Change.RemoveDevice("weft01"), changes.getLast());
      assertFalse(isThere("weft01"));
      assertFalse(Shell.run("ip nexthop").contains("weft01"));
      assertEquals(
          index, Shell.run("ip -o link show weft0").replaceAll("(?s):.*", ""), "the first stays");
      assertEquals(List.of(), converge(States.gateway(2, 3)).changes());
    }
  }

  @Test
  void linksOfOthersWithTheNameOfALaneStay() throws IOException {
    converge(States.gateway(2, 3));
    // A WireGuard device of another program: its key is none of ours, whatever else is alike.
    kernel.apply(
        new ChangeSet(
            List.of(new Change.CreateDevice(lane(4, 9)), new Change.ConfigureDevice(lane(4, 9)))),
        States.PROTOCOL);
    Shell.run(
        """
        set -e
        ip link add weft01 type bridge; ip addr add 10.9.1.1/24 dev weft01
        ip link add weft02 type veth peer name weft03
        ip tuntap add weft05 mode tun; ip addr add 10.9.5.1/24 dev weft05
        """);
    try {
      var before = Shell.run("ip -o addr show; wg show weft04 public-key");
      assertEquals(List.of(), converge(States.gateway(2, 3)).changes());
      assertEquals(before, Shell.run("ip -o addr show; wg show weft04 public-key"));
      var said = kernel.cleanUp(Ownership.defaults());
      for (var kept : List.of("weft01", "weft02", "weft03", "weft05")) {
        assertTrue(isThere(kept), kept + ": " + said);
        assertFalse(said.contains("removed device " + kept), said::toString);
      }
    } finally {
      Shell.run("ip link del weft01; ip link del weft02; ip link del weft05");
    }
  }

  @Test
  void theCleanUpTakesEveryLane() throws IOException {
    converge(twoLanes());
    var said = kernel.cleanUp(Ownership.defaults());
    assertTrue(said.contains("removed device weft0"), said::toString);
    assertTrue(said.contains("removed device weft01"), said::toString);
    assertFalse(said.stream().anyMatch(l -> l.contains("weft02")), said::toString);
  }
}
