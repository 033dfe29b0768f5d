package dev.weft.mesh.view;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an agent knows and must not tell.
 *
 * @param devices keys of each of the node's WireGuard devices
 * @param presharedKeys by name of the Secret; absent: the Secret is missing
 */
public record NodeSecrets(Map<DeviceId, KeyPair> devices, Map<String, PresharedKey> presharedKeys) {
  public NodeSecrets {
    devices = Map.copyOf(devices);
    presharedKeys = Map.copyOf(presharedKeys);
  }

  /** Public keys of all devices that the node may have. */
  public Set<PublicKey> publicKeys() {
    return devices.values().stream().map(KeyPair::publicKey).collect(Collectors.toSet());
  }

  /**
   * Keys of a device.
   *
   * @throws IllegalArgumentException if the node has no such device
   */
  public KeyPair keys(DeviceId device) {
    var keys = devices.get(device);
    if (keys == null) {
      throw new IllegalArgumentException("no keys of " + device);
    }
    return keys;
  }
}
