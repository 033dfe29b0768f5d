package dev.weft.bench;

import dev.weft.agent.kernel.Kernel;
import dev.weft.agent.kernel.KernelOptions;
import dev.weft.api.v1alpha1.WireGuardImplementation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A network namespace with a WireGuard device {@code weft0}, the kernel's or wireguard-go's. */
final class Bed implements AutoCloseable {
  static final String DEVICE = "weft0";

  private final Kernel kernel;
  private final List<Process> processes;

  private Bed(Kernel kernel, List<Process> processes) {
    this.kernel = kernel;
    this.processes = processes;
  }

  static Bed make(Path directory) throws IOException {
    Shell.run("ip", "address", "add", "10.9.0.0/32", "dev", "lo");
    var requests = Files.createDirectories(directory.resolve("requests"));
    var kernel =
        Kernel.open(
            new KernelOptions(
                WireGuardImplementation.AUTO,
                requests,
                Path.of("/run/wireguard"),
                Duration.ofSeconds(10)));
    if (!kernel.userspace()) {
      Shell.run("ip", "link", "add", DEVICE, "type", "wireguard");
      Shell.run("ip", "link", "set", DEVICE, "up");
      return new Bed(kernel, List.of());
    }
    var builder = new ProcessBuilder("wireguard-go", "-f", DEVICE).inheritIO();
    builder.environment().put("WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD", "1");
    var process = builder.start();
    await(Path.of("/run/wireguard", DEVICE + ".sock"));
    Shell.run("ip", "link", "set", DEVICE, "up");
    return new Bed(kernel, List.of(process));
  }

  private static void await(Path socket) throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!Files.exists(socket)) {
      if (System.nanoTime() > end) {
        throw new IOException("wireguard-go made no " + socket);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  Kernel kernel() {
    return kernel;
  }

  @Override
  public void close() {
    kernel.close();
    processes.forEach(Process::destroy);
  }
}
