package dev.weft.cli.connect;

import dev.weft.mesh.client.ClientConfig;
import dev.weft.mesh.client.ClientPeer;
import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks names of gateways and of the API server up; one that doesn't resolve concerns its own
 * gateway alone.
 */
final class Endpoints {
  private final Map<String, IpAddress> found = new HashMap<>();
  private final Set<Endpoint> servers = new LinkedHashSet<>();
  private final List<String> unresolved = new ArrayList<>();

  /** The same with addresses; a name that was found once stays what it was until it changes. */
  ClientConfig resolve(ClientConfig config) {
    unresolved.clear();
    return new ClientConfig(
        config.name(),
        config.addresses(),
        config.listenPort(),
        config.dns(),
        config.mtu(),
        config.presharedKey(),
        config.peers().stream().map(this::resolve).toList());
  }

  /** Names that could not be looked up the last time. */
  List<String> unresolved() {
    return List.copyOf(unresolved);
  }

  private ClientPeer resolve(ClientPeer peer) {
    return new ClientPeer(
        peer.gateway(),
        peer.location(),
        peer.publicKey(),
        peer.endpoint().stream().flatMap(e -> resolve(e).stream()).toList(),
        peer.allowedIPs(),
        peer.persistentKeepaliveSeconds());
  }

  /** The same server at each address that its name has, or had. */
  List<Endpoint> all(Endpoint server) {
    if (server.address().isPresent()) {
      return List.of(server);
    }
    try {
      for (var address : InetAddress.getAllByName(server.host())) {
        servers.add(Endpoint.of(IpAddress.ofBytes(address.getAddress()), server.port()));
      }
    } catch (UnknownHostException e) {
      unresolved.add(server.host()); // what is known of it stays
    }
    return List.copyOf(servers);
  }

  private List<Endpoint> resolve(Endpoint endpoint) {
    if (endpoint.address().isPresent()) {
      return List.of(endpoint);
    }
    var name = endpoint.host();
    var address = found.get(name);
    if (address == null) {
      try {
        address = IpAddress.ofBytes(InetAddress.getByName(name).getAddress());
      } catch (UnknownHostException e) {
        unresolved.add(name);
        return List.of();
      }
      found.put(name, address);
    }
    return List.of(Endpoint.of(address, endpoint.port()));
  }
}
