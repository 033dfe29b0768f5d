package dev.weft.mesh.client;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A gateway as a client's configuration names it.
 *
 * @param gateway name of the Node, for comments
 * @param location its location, for comments
 * @param publicKey its key
 * @param endpoint where to call it; at most one; empty: it calls the client
 * @param allowedIPs what is reached through it, aggregated
 * @param persistentKeepaliveSeconds 0: off
 */
public record ClientPeer(
    String gateway,
    String location,
    PublicKey publicKey,
    List<Endpoint> endpoint,
    List<Prefix> allowedIPs,
    int persistentKeepaliveSeconds) {
  public ClientPeer {
    endpoint = List.copyOf(endpoint);
    allowedIPs = List.copyOf(allowedIPs);
  }
}
