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
 * @param lastResort how many of the endpoints, from the end, are tried only as long as none of the
 *     others has ever answered
 * @param allowedIPs sorted, both families
 * @param persistentKeepaliveSeconds 0: off
 * @param presharedKey {@link PresharedKey#NONE}: none
 */
public record DesiredPeer(
    PublicKey publicKey,
    List<Endpoint> endpoints,
    int lastResort,
    List<Prefix> allowedIPs,
    int persistentKeepaliveSeconds,
    PresharedKey presharedKey) {
  public DesiredPeer {
    endpoints = List.copyOf(endpoints);
    allowedIPs = allowedIPs.stream().sorted().distinct().toList();
    if (lastResort < 0 || lastResort > endpoints.size()) {
      throw new IllegalArgumentException(
          lastResort + " of " + endpoints.size() + " endpoints are of last resort");
    }
  }

  /** A peer that is called at all its endpoints alike. */
  public DesiredPeer(
      PublicKey publicKey,
      List<Endpoint> endpoints,
      List<Prefix> allowedIPs,
      int persistentKeepaliveSeconds,
      PresharedKey presharedKey) {
    this(publicKey, endpoints, 0, allowedIPs, persistentKeepaliveSeconds, presharedKey);
  }

  /** The endpoints that are not of last resort. */
  public List<Endpoint> regularEndpoints() {
    return endpoints.subList(0, endpoints.size() - lastResort);
  }
}
