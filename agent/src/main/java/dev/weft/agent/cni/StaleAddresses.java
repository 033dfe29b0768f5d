package dev.weft.agent.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses that host-local still holds for pods of before a reboot.
 *
 * <p>Usually the container runtime gives them back by a DEL of each old sandbox; one that has lost
 * its memory doesn't, and then a node runs out of addresses. The bridge plugin makes the bridge
 * before it asks for an address, and only a reboot takes the bridge away. So where there is none,
 * no pod is attached, and an address that was held before one looked is nobody's. Where there is
 * one, nothing is done: which pods live, only the runtime knows.
 */
public final class StaleAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(StaleAddresses.class);

  /** host-local names a file by its address; it has lock and last_reserved_ip.N beside them. */
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f]*(:[0-9a-f]*){2,7}");

  private final Path folder;
  private final BooleanSupplier bridgeExists;

  /**
   * What host-local holds.
   *
   * @param folder of the network; where it isn't there, nothing is held
   */
  public StaleAddresses(Path folder, BooleanSupplier bridgeExists) {
    this.folder = folder;
    this.bridgeExists = bridgeExists;
  }

  /** Gives back what nobody can have any more; returns the addresses. */
  public List<String> release() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> held;
    try (var files = Files.list(folder)) {
      held = files.filter(f -> ADDRESS.matcher(f.getFileName().toString()).matches()).toList();
    }
    // In this order: an address that is given out meanwhile isn't in the list, or its bridge is
    // there.
    if (held.isEmpty() || bridgeExists.getAsBoolean()) {
      return List.of();
    }
    for (var file : held) {
      Files.deleteIfExists(file);
    }
    var addresses = held.stream().map(f -> f.getFileName().toString()).sorted().toList();
    LOG.info("given back what pods of before the reboot had: {}", String.join(", ", addresses));
    return addresses;
  }
}
