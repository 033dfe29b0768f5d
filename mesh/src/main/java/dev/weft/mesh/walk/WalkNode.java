package dev.weft.mesh.walk;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.LinkFacts;
import java.util.List;

/**
 * A node to walk through.
 *
 * @param name of the Node
 * @param network name of the network that its links are attached to; nodes of equal network are
 *     neighbours
 * @param state what is wanted of its kernel
 * @param links its underlay links
 */
public record WalkNode(String name, String network, DesiredState state, List<LinkFacts> links) {
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
        || links.stream()
            .anyMatch(l -> l.addresses().stream().anyMatch(a -> a.address().equals(address)));
  }

  boolean isWireGuard(String link) {
    return state.devices().stream().anyMatch(d -> d.name().equals(link));
  }
}
