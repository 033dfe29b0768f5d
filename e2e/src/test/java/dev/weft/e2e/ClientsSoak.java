package dev.weft.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.e2e.exec.Place;
import dev.weft.e2e.exec.Shell;
import dev.weft.e2e.lab.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are neither the kernel nor wireguard-go, with the configurations that we hand out.
 */
@ExtendWith(SharedLab.class)
class ClientsSoak {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  @AfterEach
  void noPeerStays() {
    SharedLab.lab().kubectl().run("delete", "wgp", "--all").orThrow();
  }

  /** WireGuard's second userspace implementation, as some phones' apps have it. */
  @Test
  void boringtunReachesPodsWithAPresharedKeyAndAfterItsGatewayIsRekeyed() {
    var lab = SharedLab.lab();
    var boringtun =
        Shell.run(
                Place.HOST,
                Duration.ofMinutes(10),
                "",
                List.of(SharedLab.REPOSITORY.resolve("e2e/tools/boringtun.sh").toString()))
            .orThrow()
            .strip();
    var file = folder.resolve("boring.conf");
    lab.weft(
            "peer",
            "add",
            "boring",
            "--location",
            "gcp",
            "--preshared-key",
            "-o",
            "wg",
            "-w",
            file.toString())
        .orThrow();
    var address = lab.kubectl().get("wgp", "boring").at("/status/addresses/0").asText();
    var machine = lab.addClient("boring", "home", 105);
    Shell.script(
            machine,
            """
            setsid %s --disable-drop-privileges boring0 >/run/boringtun.log 2>&1
            wg setconf boring0 %s
            ip addr add %s/32 dev boring0
            ip link set boring0 mtu 1420 up
            ip route add 10.42.0.0/16 dev boring0
            """
                .formatted(boringtun, file, address))
        .orThrow();
    for (var pod : SharedLab.onePodPerCloud()) {
      assertTrue(
          Wait.holds(LIMIT, () -> Shell.script(machine, "ping -c1 -W1 " + pod.address()).ok()),
          () -> Shell.script(machine, "cat /run/boringtun.log; wg show").out());
    }
    lab.reboot(SharedLab.gateway("gcp")); // it has no session any more
    assertTrue(
        Wait.holds(
            Duration.ofSeconds(60),
            () -> Shell.script(machine, "ping -c1 -W1 " + SharedLab.pod("gcp-1").address()).ok()));
  }

  /** NetworkManager's own parser keeps what it understands and drops the rest. */
  @Test
  void networkManagerUnderstandsEveryLineOfItsKeyfile() throws IOException {
    assumeTrue(
        Shell.run(Place.HOST, "sh", "-c", "command -v nmcli").ok(),
        "nmcli is not installed (package network-manager, which would take a host's links over)");
    var file = folder.resolve("nm");
    SharedLab.lab()
        .weft(
            "peer",
            "add",
            "nm",
            "--preshared-key",
            "--dns",
            "10.96.0.10",
            "-o",
            "nm",
            "-w",
            file.toString())
        .orThrow();
    var ours = Files.readString(file);
    var theirs =
        Shell.run(
                Place.HOST,
                Duration.ofSeconds(20),
                ours,
                List.of(
                    "nmcli", "--offline", "connection", "modify", "connection.autoconnect", "no"))
            .orThrow();
    var lines = theirs.lines().toList();
    assertEquals(
        List.of(),
        ours.lines().filter(l -> !l.isBlank() && !lines.contains(l)).toList(),
        "lines that NetworkManager has dropped or changed");
    assertEquals(2, lines.stream().filter(l -> l.startsWith("[wireguard-peer.")).count());
  }
}
