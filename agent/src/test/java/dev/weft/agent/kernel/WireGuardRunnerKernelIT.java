package dev.weft.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/userspace/wireguard-runner}, as the pod runs it. */
class WireGuardRunnerKernelIT {
  /**
   * From the module's folder, as Maven runs tests, or the repository's, as under the other kernel.
   */
  private static final Path RUNNER =
      Stream.of("..", "")
          .map(f -> Path.of(f, "deploy/userspace/wireguard-runner").toAbsolutePath().normalize())
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();

  @TempDir private Path directory;

  /**
   * "Running wireguard-go is not required because this kernel has first class support" is wrong.
   */
  @Test
  void itsLogSaysNothingOfKernelsThatHaveWireGuard() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/wireguard-go")), "there is no wireguard-go");
    request("wgt0");
    var log = directory.resolve("log");
    var runner = start(log, "sh", RUNNER.toString());
    try {
      awaitDevice();
    } finally {
      runner.destroy();
      assertTrue(runner.waitFor(10, TimeUnit.SECONDS));
    }
    assertEquals("wireguard-runner: starting wireguard-go for wgt0\n", Files.readString(log));
  }

  /** The device's index, by netlink: sysfs may be mounted for another network namespace. */
  private static final String INDEX = "ip -o link show wgt0 | cut -d: -f1";

  /**
   * As a static pod's and the DaemonSet's do on one node: each in a PID namespace of its own, with
   * the same folders of the host.
   */
  @Test
  void secondRunnerWaitsUntilTheDeviceOfTheFirstIsGone() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/wireguard-go")), "there is no wireguard-go");
    var requests = request("wgt0");
    var second = directory.resolve("second");
    var first = start(directory.resolve("first"), inPidNamespace());
    Process other = null;
    try {
      awaitDevice();
      var index = Shell.run(INDEX);
      Files.setPosixFilePermissions(requests, PosixFilePermissions.fromString("rwxr-xr-x"));
      other = start(second, inPidNamespace());
      // It has come round once when it waits for the next time.
      Shell.run(
          "for i in $(seq 100); do [ $(stat -c %%a %s) = 700 ] && break; sleep 0.1; done"
              .formatted(requests));
      var waiting = other;
      Shell.run(
          "for i in $(seq 100); do pgrep -P $(pgrep -P %d) -x sleep && exit 0; sleep 0.1; done; exit 1"
              .formatted(waiting.pid()));
      assertEquals("", Files.readString(second));
      assertEquals(index, Shell.run(INDEX));
      end(first);
      Shell.run(
          "for i in $(seq 100); do [ \"$(%s)\" -gt %s ] && exit 0; sleep 0.1; done 2>/dev/null; exit 1"
              .formatted(INDEX, index.strip()));
      assertEquals("wireguard-runner: starting wireguard-go for wgt0\n", Files.readString(second));
    } finally {
      end(first);
      if (other != null) {
        end(other);
      }
    }
  }

  private static String[] inPidNamespace() {
    return new String[] {
      "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", RUNNER.toString()
    };
  }

  /** Ends what runs in a PID namespace: SIGTERM goes to the runner itself. */
  private static void end(Process unshare) throws InterruptedException {
    unshare.children().forEach(ProcessHandle::destroy);
    assertTrue(unshare.waitFor(10, TimeUnit.SECONDS));
  }

  private Path request(String device) throws IOException {
    var requests = Files.createDirectories(directory.resolve("requests"));
    Files.createFile(requests.resolve(device));
    return requests;
  }

  private Process start(Path log, String... command) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder.environment().put("WEFT_USERSPACE_REQUESTS", directory.resolve("requests").toString());
    builder.environment().put("WEFT_USERSPACE_PIDS", directory.resolve("pids").toString());
    return builder.start();
  }

  private static void awaitDevice() {
    Shell.run("for i in $(seq 100); do ip link show wgt0 && exit 0; sleep 0.1; done; exit 1");
  }
}
