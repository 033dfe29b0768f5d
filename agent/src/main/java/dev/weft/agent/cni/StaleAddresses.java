package dev.weft.agent.cni;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses that host-local still holds for pods of before a reboot.
 *
 * <p>Usually the container runtime gives them back by a DEL of each old sandbox; one that has lost
 * its memory doesn't, and then a node runs out of addresses. The bridge plugin makes the bridge
 * before it asks for an address, and only a reboot takes the bridge away. So where there is none,
 * no pod is attached, and an address that was held before one looked has no owner. Where there is
 * one, nothing is done: which pods live, only the runtime knows.
 */
public final class StaleAddresses {
  private static final Logger LOG = LoggerFactory.getLogger(StaleAddresses.class);

  private final HeldAddresses addresses;
  private final BooleanSupplier bridgeExists;

  /** Those among what host-local holds. */
  public StaleAddresses(HeldAddresses addresses, BooleanSupplier bridgeExists) {
    this.addresses = addresses;
    this.bridgeExists = bridgeExists;
  }

  /** Gives back what no pod can have any more; returns the addresses. */
  public List<String> release() throws IOException {
    var held = addresses.files();
    // In this order: an address that is given out meanwhile isn't in the list, or its bridge is
    // there.
    if (held.isEmpty() || bridgeExists.getAsBoolean()) {
      return List.of();
    }
    for (var file : held) {
      Files.deleteIfExists(file);
    }
    var released = held.stream().map(f -> f.getFileName().toString()).sorted().toList();
    LOG.info("given back what pods of before the reboot had: {}", String.join(", ", released));
    return released;
  }
}
