package dev.weft.agent.kernel;

import dev.weft.mesh.dataplane.DeviceNames;
import java.util.List;

/**
 * A WireGuard device that is Weft's.
 *
 * @param name link name
 * @param firewallMark that distinguishes it from a device of the same name that Weft did not make
 */
public record OwnedDevice(String name, long firewallMark) {
  /** Those of all lanes, by the name of the first. */
  public static List<OwnedDevice> all(String first, long firewallMark) {
    return DeviceNames.all(first).stream().map(n -> new OwnedDevice(n, firewallMark)).toList();
  }
}
