package dev.weft.mesh.client;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.Revision;
import java.util.List;

/**
 * A Peer's own side, without its secrets.
 *
 * @param name of the Peer
 * @param addresses of its device; empty: a router that keeps the addresses it has
 * @param listenPort 0: any
 * @param dns servers; empty: the client keeps its own
 * @param mtu bytes; 0: the client finds it out
 * @param presharedKey whether every tunnel has one
 * @param peers gateways, by location
 */
public record ClientConfig(
    String name,
    List<Prefix> addresses,
    int listenPort,
    List<IpAddress> dns,
    int mtu,
    boolean presharedKey,
    List<ClientPeer> peers) {
  public ClientConfig {
    addresses = List.copyOf(addresses);
    dns = List.copyOf(dns);
    peers = List.copyOf(peers);
  }

  /** Twelve hex digits that change when what the client has to know does. */
  public String fingerprint() {
    return Revision.of(toString());
  }
}
