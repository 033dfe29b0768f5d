package dev.weft.mesh.view;

import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * A Peer as it is in force.
 *
 * @param name of the Peer
 * @param publicKey its key
 * @param allowedIPs accepted prefixes behind it
 * @param endpoints where it listens; empty: it roams
 * @param persistentKeepaliveSeconds towards it; 0: none
 * @param location attached to this location only; empty: to all
 * @param fullTunnel whether it reaches the internet from the gateway of its location
 * @param presharedKeySecret name of the Secret with its preshared key; empty: none
 * @param expiresAtEpochSecond from when it is dropped; Long.MAX_VALUE: never
 */
public record MeshPeer(
    String name,
    PublicKey publicKey,
    List<Prefix> allowedIPs,
    List<Endpoint> endpoints,
    int persistentKeepaliveSeconds,
    String location,
    boolean fullTunnel,
    String presharedKeySecret,
    long expiresAtEpochSecond) {
  public MeshPeer {
    allowedIPs = List.copyOf(allowedIPs);
    endpoints = List.copyOf(endpoints);
  }
}
