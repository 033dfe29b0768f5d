package dev.weft.agent.wireguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.agent.kernel.Keys;
import dev.weft.agent.kernel.Runner;
import dev.weft.agent.kernel.Shell;
import dev.weft.agent.userspace.UserspaceWireGuard;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** wireguard-go by its UAPI socket. */
class UserspaceWireGuardKernelIT implements WireGuardDevicesContract {
  private static final Path SOCKETS = Path.of("/run/wireguard");

  @TempDir Path directory;
  private Runner runner;
  private UserspaceWireGuard devices;

  @BeforeEach
  void create() throws IOException {
    runner = new Runner(directory.resolve("requests"));
    devices =
        new UserspaceWireGuard(directory.resolve("requests"), SOCKETS, Duration.ofSeconds(10));
    devices.create(WireGuardDevicesContract.device(1));
  }

  @AfterEach
  void remove() throws Exception {
    runner.close();
    Files.deleteIfExists(SOCKETS.resolve(NAME + ".sock"));
  }

  @Override
  public WireGuardDevices devices() {
    return devices;
  }

  @Test
  void requestFileIsEmptyAndPrivate() throws IOException {
    var file = directory.resolve("requests").resolve(NAME);
    assertEquals(0, Files.size(file));
    assertEquals(
        "600 700\n", Shell.run("echo $(stat -c %a " + file + " " + file.getParent() + ")"));
  }

  @Test
  void anotherAgentAdoptsTheDevice() throws IOException {
    devices.configure(WireGuardDevicesContract.device(1));
    devices.setPeer(WireGuardDevicesContract.peer(2, "10.2.0.0/24"));
    var next =
        new UserspaceWireGuard(directory.resolve("requests"), SOCKETS, Duration.ofSeconds(10));
    next.create(WireGuardDevicesContract.device(1));
    assertEquals(1, next.read(NAME).orElseThrow().peers().size());
  }

  @Test
  void deadDeviceIsAbsentUntilTheRunnerHasStartedItAgain() throws IOException {
    devices.configure(WireGuardDevicesContract.device(1));
    var index = "ip -o link show " + NAME + " 2>/dev/null | cut -d: -f1";
    var before = Shell.run(index).strip();
    runner.kill(NAME);
    // Gone, or a new one already.
    Shell.run("while test \"$(" + index + ")\" = " + before + "; do sleep 0.02; done");
    devices.create(WireGuardDevicesContract.device(1));
    assertEquals(Optional.empty(), seen().publicKey(), "it is a new one");
    devices.configure(WireGuardDevicesContract.device(1));
    assertEquals(Optional.of(Keys.publicKey(1)), seen().publicKey());
  }

  @Test
  void deadSocketIsAnAbsentDevice() throws Exception {
    runner.close();
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(SOCKETS.resolve("dead0.sock")));
    }
    assertTrue(devices.read("dead0").isEmpty());
    Files.delete(SOCKETS.resolve("dead0.sock"));
  }

  @Test
  void withoutARunnerTheErrorSaysSo() throws Exception {
    runner.close();
    var none = new UserspaceWireGuard(directory.resolve("others"), SOCKETS, Duration.ofMillis(100));
    var device = WireGuardDevicesContract.device(1);
    var other =
        new dev.weft.mesh.desired.DesiredDevice(
            "weft9", device.id(), device.keys(), 1, 0, 1420, List.of());
    var error = assertThrows(IOException.class, () -> none.create(other));
    assertTrue(error.toString().contains("is the runner"), error.toString());
  }
}
