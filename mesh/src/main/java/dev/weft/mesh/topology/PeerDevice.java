package dev.weft.mesh.topology;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.view.MeshDevice;
import dev.weft.mesh.view.MeshNode;
import java.util.Optional;

/**
 * The device of another node that a node has as a WireGuard peer, and the own device that has it.
 * This is the one place that decides by which devices two nodes meet.
 *
 * @param own device of the node that looks
 * @param remote device of the other node
 */
public record PeerDevice(DeviceId own, MeshDevice remote) {
  /**
   * As one node has another: by the own device whose lane is the other's ordinal, and the other's
   * device whose lane is the own ordinal. Empty: that device of the other has no vetted key yet.
   */
  public static Optional<PeerDevice> of(MeshNode node, MeshNode other) {
    var own = new DeviceId(other.ordinal(), DeviceId.DEFAULT.generation());
    return other.device(node.ordinal()).map(remote -> new PeerDevice(own, remote));
  }

  /** Key of the remote device. */
  public PublicKey publicKey() {
    return remote.publicKey();
  }
}
