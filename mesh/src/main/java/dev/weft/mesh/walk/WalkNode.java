package dev.weft.mesh.walk;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.tunnel.DesiredTunnel;
import dev.weft.mesh.view.LinkFacts;
import java.util.List;
import java.util.Optional;

/**
 * A node to walk through.
 *
 * @param name of the Node
 * @param network name of the network that its links are attached to; nodes of equal network are
 *     neighbours
 * @param state what is wanted of its kernel
 * @param links its underlay links
 * @param besideCni whether another CNI carries packets among the pods of its network
 */
public record WalkNode(
    String name, String network, DesiredState state, List<LinkFacts> links, boolean besideCni) {
  public WalkNode {
    links = List.copyOf(links);
  }

  boolean owns(IpAddress address) {
    return hasAddress(address)
        || state.firewall().ownPrefixes().stream().anyMatch(p -> p.contains(address));
  }

  /** Whether it is an address of the host itself. */
  boolean hasAddress(IpAddress address) {
    return state.addresses().stream().anyMatch(a -> a.address().address().equals(address))
        || isUnderlay(address);
  }

  /** The incoming link of what the node sends from an address: of a pod, the pods' bridge. */
  String origin(IpAddress source) {
    return hasAddress(source)
        ? RouteLookup.OWN
        : state.firewall().egress().podLinks().stream().findFirst().orElse("pod");
  }

  /** Whether it is an address of an underlay link. */
  boolean isUnderlay(IpAddress address) {
    return links.stream()
        .anyMatch(l -> l.addresses().stream().anyMatch(a -> a.address().equals(address)));
  }

  boolean isUnderlay(String link) {
    return links.stream().anyMatch(l -> l.name().equals(link));
  }

  boolean isOnLink(IpAddress address) {
    return links.stream()
        .anyMatch(l -> l.addresses().stream().anyMatch(a -> a.network().contains(address)));
  }

  Optional<DesiredTunnel> tunnel(String link) {
    return state.encapsulation().tunnels().stream().filter(t -> t.name().equals(link)).findFirst();
  }

  boolean isWireGuard(String link) {
    return state.devices().stream().anyMatch(d -> d.name().equals(link));
  }
}
