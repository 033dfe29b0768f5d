package dev.weft.mesh.desired;

import dev.weft.mesh.key.PresharedKey;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A WireGuard peer as wanted: no counters, no roamed endpoint.
 *
 * @param publicKey identity
 * @param endpoints candidates, best first, numeric hosts only; empty: learnt from its handshake
 * @param allowedIPs sorted, both families
 * @param persistentKeepaliveSeconds 0: off
 * @param presharedKey {@link PresharedKey#NONE}: none
 */
public record DesiredPeer(
    PublicKey publicKey,
    List<Endpoint> endpoints,
    List<Prefix> allowedIPs,
    int persistentKeepaliveSeconds,
    PresharedKey presharedKey) {
  public DesiredPeer {
    endpoints = List.copyOf(endpoints);
    allowedIPs = allowedIPs.stream().sorted().distinct().toList();
  }
}
