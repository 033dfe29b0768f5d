package dev.weft.mesh.client;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.net.Aggregation;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.topology.Topology;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshPeer;
import dev.weft.mesh.view.MeshView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Plans a Peer's own configuration.
 *
 * <p>Attached to one location it speaks to that gateway alone, about the mesh as a whole, or with a
 * full tunnel about everything. Else it has one {@code [Peer]} per location that it can call, each
 * with what is behind that location; what belongs to no location (services, other roaming Peers,
 * locations that can't be called) goes through {@link Topology#home}, for both ends know without
 * asking which one that is.
 */
public final class ClientConfigPlanner {
  /** Below what home routers forget a UDP mapping after (RFC 4787: two minutes; many take 30 s). */
  private static final int BEHIND_NAT_SECONDS = 25;

  private final MeshView view;
  private final Topology topology;
  private final MeshPeer peer;

  private ClientConfigPlanner(MeshView view, MeshPeer peer) {
    this.view = view;
    this.topology = new Topology(view);
    this.peer = peer;
  }

  /**
   * The configuration.
   *
   * @param dns spec.dns of the Peer; empty: the mesh's clientDNS
   */
  public static ClientConfig plan(MeshView view, MeshPeer peer, List<String> dns) {
    return new ClientConfigPlanner(view, peer).plan(dns);
  }

  private ClientConfig plan(List<String> dns) {
    var spec = view.mesh().spec();
    var servers =
        (dns.isEmpty() ? spec.clientDNS() : dns)
            .stream().flatMap(ClientConfigPlanner::address).toList();
    var mtu = spec.device().mtu();
    return new ClientConfig(
        peer.name(),
        peer.allowedIPs().stream().filter(Prefix::isHost).toList(),
        peer.endpoints().isEmpty() ? 0 : peer.endpoints().getFirst().port(),
        servers,
        mtu == null ? 0 : mtu,
        !peer.presharedKeySecret().isEmpty(),
        peers());
  }

  private static Stream<IpAddress> address(String text) {
    try {
      return Stream.of(IpAddress.parse(text));
    } catch (IllegalArgumentException e) {
      return Stream.empty(); // the API server accepts none of these
    }
  }

  private List<ClientPeer> peers() {
    Map<String, List<Prefix>> byGateway = new LinkedHashMap<>();
    Map<String, MeshNode> gateways = new TreeMap<>();
    for (var location : topology.locationsWithGateway()) {
      var gateway = topology.gateway(location).orElseThrow();
      topology
          .attachment(peer, gateway)
          .ifPresent(
              attached -> {
                gateways.put(attached.location(), attached);
                byGateway
                    .computeIfAbsent(attached.name(), n -> new ArrayList<>())
                    .addAll(behind(location));
              });
    }
    var home = peer.location().isEmpty() ? topology.home() : topology.gateway(peer.location());
    home.filter(h -> byGateway.containsKey(h.name()))
        .ifPresent(h -> byGateway.computeIfAbsent(h.name(), n -> new ArrayList<>()).addAll(rest()));
    return gateways.values().stream()
        .map(g -> client(g, byGateway.getOrDefault(g.name(), List.of())))
        .toList();
  }

  private ClientPeer client(MeshNode gateway, List<Prefix> behind) {
    var device = gateway.device(DeviceId.DEFAULT.lane()).orElseThrow(); // gateways have a key
    var prefixes = peer.fullTunnel() ? everything() : behind;
    boolean isCalled = !peer.endpoints().isEmpty();
    return new ClientPeer(
        gateway.name(),
        gateway.location(),
        device.publicKey(),
        device.endpoints().stream().limit(1).toList(),
        Aggregation.of(prefixes.stream().filter(p -> !isOwn(p)).toList()),
        isCalled || device.endpoints().isEmpty() ? 0 : BEHIND_NAT_SECONDS);
  }

  /** The whole internet, of each family that the peer has an address of. */
  private List<Prefix> everything() {
    return peer.allowedIPs().stream().map(Prefix::family).distinct().map(Prefix::all).toList();
  }

  private boolean isOwn(Prefix prefix) {
    return peer.allowedIPs().stream().anyMatch(p -> p.contains(prefix));
  }

  /** What the nodes of a location, and the Peers attached to it alone, own. */
  private Collection<Prefix> behind(String location) {
    var prefixes = new ArrayList<Prefix>();
    for (var node : topology.nodes(location)) {
      node.addresses().forEach(a -> prefixes.add(Prefix.host(a)));
      prefixes.addAll(node.podCIDRs());
      node.meshedIPs().forEach(a -> prefixes.add(Prefix.host(a)));
      prefixes.addAll(node.locationCIDRs());
    }
    view.peers().stream()
        .filter(p -> p.location().equals(location))
        .forEach(p -> prefixes.addAll(p.allowedIPs()));
    return prefixes;
  }

  /** What belongs to no location. */
  private Collection<Prefix> rest() {
    var prefixes = new ArrayList<Prefix>();
    prefixes.addAll(view.mesh().serviceCIDRs());
    if (!peer.location().isEmpty()) {
      // One gateway for all: nodes that join later need no new configuration.
      prefixes.addAll(view.mesh().addresses());
      prefixes.addAll(view.mesh().podCIDRs());
    }
    view.peers().stream()
        .filter(p -> p.location().isEmpty() && !p.name().equals(peer.name()))
        .forEach(p -> prefixes.addAll(p.allowedIPs()));
    return prefixes;
  }
}
