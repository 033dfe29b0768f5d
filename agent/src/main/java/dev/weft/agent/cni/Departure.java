package dev.weft.agent.cni;

import dev.weft.agent.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Whether this node was left by the last mesh. It is a file, for the agent may be started anew
 * before it is uninstalled, and must not write the conflist again then.
 */
public final class Departure {
  /**
   * How long an ADD may take that host-local was asked for an address in before pods were stopped.
   */
  static final Duration LAST_ADD = Duration.ofSeconds(30);

  private final Path file;
  private final Path bridge;
  private final HeldAddresses addresses;
  private final InstantSource clock;

  /**
   * A departure.
   *
   * @param file in the state directory
   * @param links usually {@code /sys/class/net}
   * @param addresses that pods of this node have
   */
  public Departure(Path file, Path links, HeldAddresses addresses, InstantSource clock) {
    this.file = file;
    this.bridge = links.resolve(Conflist.BRIDGE);
    this.addresses = addresses;
    this.clock = clock;
  }

  boolean hasBegun() {
    return Files.exists(file);
  }

  void begin() throws IOException {
    if (!hasBegun()) {
      AtomicFile.write(file, new byte[0], AtomicFile.OWNER_ONLY);
    }
  }

  void cancel() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * How many pods are attached to the bridge, which can't be detached without the conflist. The
   * bridge plugin makes a pod's port before it asks for an address, and kubelet tries again and
   * again to attach pods that get none any more: a port without an address is no pod, once an ADD
   * that had an address in sight must have ended.
   */
  int attachedPods() throws IOException {
    var ports = bridge.resolve("brif");
    if (!Files.isDirectory(ports)) {
      return 0;
    }
    int attached;
    try (var files = Files.list(ports)) {
      attached = (int) files.count();
    }
    return isLastAddOver() ? Math.min(attached, addresses.files().size()) : attached;
  }

  private boolean isLastAddOver() throws IOException {
    return hasBegun()
        && Files.getLastModifiedTime(file).toInstant().plus(LAST_ADD).isBefore(clock.instant());
  }
}
