package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.NodeFacts;
import java.util.List;
import java.util.Optional;

/**
 * What the own links say of the network below the mesh.
 *
 * @param links those that other nodes may be behind
 * @param below those that tunnels may leave by
 * @param onLinkPrefixes networks of more than one address that the host is attached to, engines'
 *     among them
 */
record Underlay(List<LinkFacts> links, List<LinkFacts> below, List<Prefix> onLinkPrefixes) {
  /** WireGuard's overhead over IPv6: 40 + 8 + 32 bytes. */
  private static final int OVERHEAD = 80;

  static final int LEAST_MTU = 1280;

  static Underlay of(NodeFacts facts, MeshNode self) {
    return new Underlay(
        facts.links().stream().filter(l -> !l.isOfEngine()).toList(),
        LinkFacts.below(facts.links(), self.internalIPs()),
        onLink(facts.links()));
  }

  /** The link on which an address is on-link. */
  Optional<LinkFacts> onLink(IpAddress address) {
    return links.stream()
        .filter(l -> l.addresses().stream().anyMatch(a -> a.network().contains(address)))
        .findFirst();
  }

  boolean hasAddress(IpAddress address) {
    return links.stream()
        .anyMatch(l -> l.addresses().stream().anyMatch(a -> a.address().equals(address)));
  }

  private static List<Prefix> onLink(List<LinkFacts> links) {
    return links.stream()
        .flatMap(l -> l.addresses().stream())
        .map(a -> a.network())
        .filter(p -> !p.isHost() && p.length() > 0)
        .distinct()
        .sorted()
        .toList();
  }

  /** MTU of a WireGuard device whose packets leave by the narrowest of the links below. */
  int deviceMtu() {
    return mtu(OVERHEAD);
  }

  /** The same of a link whose packets get that many bytes longer. */
  int mtu(int overhead) {
    int narrowest = below.stream().mapToInt(LinkFacts::mtu).min().orElse(1500);
    return Math.max(LEAST_MTU, narrowest - overhead);
  }

  static Prefix host(IpAddress address) {
    return Prefix.host(address);
  }

  static Optional<IpAddress> of(List<IpAddress> addresses, Family family) {
    return addresses.stream().filter(a -> a.family() == family).findFirst();
  }
}
