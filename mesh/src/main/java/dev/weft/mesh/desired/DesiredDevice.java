package dev.weft.mesh.desired;

import dev.weft.mesh.key.PrivateKey;
import dev.weft.mesh.key.PublicKey;
import java.util.Comparator;
import java.util.List;

/**
 * A WireGuard device as wanted.
 *
 * @param name link name
 * @param lane from 0
 * @param privateKey of this node
 * @param publicKey of the private key, to compare with what is read
 * @param listenPort UDP port
 * @param firewallMark mark of its own UDP packets
 * @param mtu bytes
 * @param peers by public key
 */
public record DesiredDevice(
    String name,
    int lane,
    PrivateKey privateKey,
    PublicKey publicKey,
    int listenPort,
    long firewallMark,
    int mtu,
    List<DesiredPeer> peers) {
  public DesiredDevice {
    peers = peers.stream().sorted(Comparator.comparing(DesiredPeer::publicKey)).toList();
  }
}
