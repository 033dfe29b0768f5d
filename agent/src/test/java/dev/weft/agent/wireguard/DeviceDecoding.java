package dev.weft.agent.wireguard;

import dev.weft.agent.netlink.Message;
import dev.weft.mesh.kernel.SeenDevice;
import java.util.List;

/** The reader of devices, for the tests of all readers. */
public final class DeviceDecoding {
  private DeviceDecoding() {}

  public static SeenDevice read(Message message) {
    return DeviceReader.join(List.of(DeviceReader.part(message)));
  }
}
