package dev.weft.mesh.desired;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.device.PeerId;
import dev.weft.mesh.key.KeyPair;
import dev.weft.mesh.key.PublicKey;
import java.util.Comparator;
import java.util.List;

/**
 * A WireGuard device as wanted.
 *
 * @param name link name
 * @param id among the devices of its node
 * @param keys of the device; the public one is compared with what is read
 * @param listenPort UDP port
 * @param firewallMark mark of its own UDP packets
 * @param mtu bytes
 * @param peers by public key
 */
public record DesiredDevice(
    String name,
    DeviceId id,
    KeyPair keys,
    int listenPort,
    long firewallMark,
    int mtu,
    List<DesiredPeer> peers) {
  public DesiredDevice {
    peers = peers.stream().sorted(Comparator.comparing(DesiredPeer::publicKey)).toList();
  }

  /** Key by which others have the device as a peer. */
  public PublicKey publicKey() {
    return keys.publicKey();
  }

  /** Identity of one of its peers. */
  public PeerId idOf(DesiredPeer peer) {
    return new PeerId(name, peer.publicKey());
  }

  /** The same with other peers. */
  public DesiredDevice withPeers(List<DesiredPeer> others) {
    return new DesiredDevice(name, id, keys, listenPort, firewallMark, mtu, others);
  }
}
