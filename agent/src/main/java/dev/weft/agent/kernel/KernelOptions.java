package dev.weft.agent.kernel;

import dev.weft.api.v1alpha1.WireGuardImplementation;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the agent meets its node's kernel and the userspace WireGuard.
 *
 * @param implementation kernel or userspace WireGuard, or what the kernel has
 * @param requestDirectory where an empty file named like a link asks the runner for wireguard-go
 * @param socketDirectory where wireguard-go makes its UAPI sockets, {@code NAME.sock}
 * @param deviceTimeout how long a device may take to appear after it was asked for
 */
public record KernelOptions(
    WireGuardImplementation implementation,
    Path requestDirectory,
    Path socketDirectory,
    Duration deviceTimeout) {
  /** The defaults of an installed agent. */
  public static KernelOptions defaults() {
    return new KernelOptions(
        WireGuardImplementation.AUTO,
        Path.of("/run/weft/userspace"),
        Path.of("/run/wireguard"),
        Duration.ofSeconds(10));
  }
}
