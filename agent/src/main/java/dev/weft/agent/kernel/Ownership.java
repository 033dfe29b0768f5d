package dev.weft.agent.kernel;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.DeviceId;
import java.util.List;

/**
 * What in a kernel is Weft's: the numbers and names that tell it from its neighbours'.
 *
 * @param routeProtocol rtnetlink protocol
 * @param nextHopBase first of 2^24 next-hop IDs
 * @param tables routing tables
 * @param rulePriority first of 100 rule priorities
 * @param devices WireGuard devices, of every lane that a node may have
 */
public record Ownership(
    int routeProtocol,
    long nextHopBase,
    List<Integer> tables,
    int rulePriority,
    List<OwnedDevice> devices) {
  static final long NEXT_HOPS = 1L << 24;
  static final int RULES = 100;

  public Ownership {
    tables = List.copyOf(tables);
    devices = List.copyOf(devices);
  }

  /** What a desired state claims. */
  public static Ownership of(DesiredState state) {
    return new Ownership(
        state.routeProtocol(),
        state.nextHopBase(),
        state.tables(),
        state.rulePriority(),
        state.device(DeviceId.DEFAULT).stream()
            .flatMap(d -> OwnedDevice.all(d.name(), d.firewallMark()).stream())
            .toList());
  }

  /** The defaults of the API, for a clean-up without a checkpoint. */
  public static Ownership defaults() {
    return new Ownership(
        87, 0x5700_0000L, List.of(7050, 7051, 7052), 7000, OwnedDevice.all("weft0", 0x1000));
  }

  boolean ownsNextHop(long id) {
    return id >= nextHopBase && id < nextHopBase + NEXT_HOPS;
  }

  boolean ownsRule(int priority, int protocol) {
    return protocol == routeProtocol
        || (priority >= rulePriority && priority < rulePriority + RULES);
  }

  boolean ownsRoute(int table, int protocol) {
    return protocol == routeProtocol || tables.contains(table);
  }
}
