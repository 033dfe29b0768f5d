package dev.weft.mesh.device;

import java.util.Comparator;

/**
 * Identity of a WireGuard device among the devices of its node. A node has one device per lane;
 * while the key of a lane is changed, the lane has a device of the old and one of the new
 * generation.
 *
 * @param lane from 0
 * @param generation from 0; counts key changes
 */
public record DeviceId(int lane, int generation) implements Comparable<DeviceId> {
  /**
   * Lane 0, generation 0: the device that every node has, and the only one unless locations have
   * several gateways.
   */
  public static final DeviceId DEFAULT = new DeviceId(0, 0);

  public DeviceId {
    if (lane < 0 || generation < 0) {
      throw new IllegalArgumentException(
          "lane %d, generation %d: both count from 0".formatted(lane, generation));
    }
  }

  @Override
  public int compareTo(DeviceId other) {
    return Comparator.comparingInt(DeviceId::lane)
        .thenComparingInt(DeviceId::generation)
        .compare(this, other);
  }
}
