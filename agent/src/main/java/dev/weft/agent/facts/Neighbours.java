package dev.weft.agent.facts;

import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import dev.weft.mesh.view.LinkFacts;
import dev.weft.mesh.view.MeshView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Link addresses of the nodes of the own location that share a subnet with this one. The kernel
 * forgets neighbours that nothing is sent to; what was known last stays. Pure.
 *
 * @param known by internal address
 */
public record Neighbours(Map<IpAddress, MacAddress> known) {
  /** None is known. */
  public static final Neighbours NONE = new Neighbours(Map.of());

  public Neighbours {
    known = Map.copyOf(known);
  }

  /**
   * Addresses whose link address is to be known, with the index of their link.
   *
   * @param underlay the links that count
   * @param links all links, for their index
   */
  public static Map<IpAddress, Integer> wanted(
      MeshView view, String nodeName, List<LinkFacts> underlay, List<SeenLink> links) {
    var indexes = new HashMap<String, Integer>();
    links.forEach(l -> indexes.put(l.name(), l.index()));
    var wanted = new HashMap<IpAddress, Integer>();
    view.node(nodeName)
        .ifPresent(
            self ->
                view.nodes().stream()
                    .filter(n -> n.location().equals(self.location()))
                    .filter(n -> !n.name().equals(nodeName))
                    .flatMap(n -> n.internalIPs().stream())
                    .forEach(a -> on(underlay, a, indexes, wanted)));
    return wanted;
  }

  private static void on(
      List<LinkFacts> underlay,
      IpAddress address,
      Map<String, Integer> indexes,
      Map<IpAddress, Integer> wanted) {
    for (var link : underlay) {
      var index = indexes.get(link.name());
      if (index != null && link.addresses().stream().anyMatch(a -> a.network().contains(address))) {
        wanted.putIfAbsent(address, index);
      }
    }
  }

  /**
   * What is known after a look.
   *
   * @param wanted addresses that still count
   * @param seen what the kernel knows now
   */
  public Neighbours after(Map<IpAddress, Integer> wanted, Map<IpAddress, MacAddress> seen) {
    var now = new HashMap<>(known);
    now.putAll(seen);
    now.keySet().retainAll(wanted.keySet());
    return new Neighbours(now);
  }
}
