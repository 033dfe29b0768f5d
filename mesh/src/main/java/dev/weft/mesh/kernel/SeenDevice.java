package dev.weft.mesh.kernel;

import dev.weft.mesh.key.PublicKey;
import java.util.List;
import java.util.Optional;

/**
 * A WireGuard device as read, by generic netlink or from the userspace socket.
 *
 * @param name link name
 * @param publicKey of its private key; empty: none set
 * @param listenPort UDP port
 * @param firewallMark 0: none
 * @param userspace whether wireguard-go runs it
 * @param peers in the order read
 */
public record SeenDevice(
    String name,
    Optional<PublicKey> publicKey,
    int listenPort,
    long firewallMark,
    boolean userspace,
    List<SeenPeer> peers) {
  public SeenDevice {
    peers = List.copyOf(peers);
  }
}
