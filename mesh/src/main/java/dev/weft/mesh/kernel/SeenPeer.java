package dev.weft.mesh.kernel;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * A WireGuard peer as read.
 *
 * @param publicKey identity
 * @param endpoint where packets go now; empty: not known
 * @param allowedIPs sorted
 * @param persistentKeepaliveSeconds 0: off
 * @param presharedKey {@link PresharedKey#NONE}: none
 * @param lastHandshakeEpochSecond 0: never
 * @param receivedBytes since the peer was added
 * @param sentBytes since the peer was added
 */
public record SeenPeer(
    PublicKey publicKey,
    Optional<Endpoint> endpoint,
    List<Prefix> allowedIPs,
    int persistentKeepaliveSeconds,
    PresharedKey presharedKey,
    long lastHandshakeEpochSecond,
    long receivedBytes,
    long sentBytes) {
  public SeenPeer {
    allowedIPs = allowedIPs.stream().sorted().toList();
  }
}
