package dev.weft.agent.cni;

import dev.weft.agent.file.AtomicFile;
import dev.weft.mesh.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An empty file in memory (below {@code /run}) for the node's pod CIDRs, which says that the agent
 * has compared them with the Node since the machine booted. The conflist names it as the {@code
 * resolvConf} of host-local, which gives no address while the file is missing: so a conflist that a
 * reboot has left attaches no pod to the pod CIDRs of a Node that was deleted meanwhile.
 */
public final class BootMarker {
  private final Path folder;
  private final Path folderOnHost;

  /**
   * A marker.
   *
   * @param runDirectory as the agent sees it
   * @param runDirectoryOnHost the same as the container runtime sees it
   */
  public BootMarker(Path runDirectory, Path runDirectoryOnHost) {
    this.folder = runDirectory.resolve("pod-network");
    this.folderOnHost = runDirectoryOnHost.resolve("pod-network");
  }

  /** What the conflist names. */
  String pathOnHost(List<Prefix> podCIDRs) {
    return folderOnHost.resolve(name(podCIDRs)).toString();
  }

  /** Whether it was set since boot for exactly these. */
  boolean isSet(List<Prefix> podCIDRs) {
    return Files.exists(folder.resolve(name(podCIDRs)));
  }

  /** Sets it for these and for no others. */
  void set(List<Prefix> podCIDRs) throws IOException {
    Files.createDirectories(folder);
    var wanted = folder.resolve(name(podCIDRs));
    removeAllBut(wanted);
    if (!Files.exists(wanted)) {
      AtomicFile.write(wanted, new byte[0], AtomicFile.READABLE);
    }
  }

  /** Removes it with its folder; returns whether there was one. */
  public boolean remove() throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    removeAllBut(folder);
    return Files.deleteIfExists(folder);
  }

  private void removeAllBut(Path kept) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        if (!file.equals(kept)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static String name(List<Prefix> podCIDRs) {
    return podCIDRs.stream()
        .map(p -> p.toString().replace('/', '_'))
        .sorted()
        .collect(Collectors.joining(","));
  }
}
