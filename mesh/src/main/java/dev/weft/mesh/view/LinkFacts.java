package dev.weft.mesh.view;

import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A network link of the own node, without Weft's own.
 *
 * @param name link name
 * @param mtu bytes
 * @param addresses of both families
 */
public record LinkFacts(String name, int mtu, List<InterfaceAddress> addresses) {
  /** Networks that Docker, Podman, libvirt and LXC make on a host. */
  private static final Pattern OF_ENGINES =
      Pattern.compile(
          "docker\\d+|docker_gwbridge|br-[0-9a-f]{12}|podman\\d+|virbr\\d+|lxcbr\\d+|lxdbr\\d+");

  /** Tunnels of others, and service addresses: as narrow or wide as they like. */
  private static final Pattern OF_OTHERS =
      Pattern.compile(
          "tailscale\\d*|wg.*|wt\\d+|zt.*|nebula.*|tun\\d*|tap\\d*|dummy\\d+|kube-.*|lo");

  public LinkFacts {
    addresses = List.copyOf(addresses);
  }

  /**
   * Whether the network behind the link is one of a container or virtual machine engine on this
   * host: on-link, so that nothing of it may be routed away, but no way to other nodes.
   */
  public boolean isOfEngine() {
    return OF_ENGINES.matcher(name).matches();
  }

  /**
   * The links that a node's tunnels may leave by, by which MTUs are chosen: those with one of its
   * internal addresses or with a public one; where there is none, all but those that look like
   * others' tunnels and engines' networks.
   *
   * @param internal accepted internal addresses of the node
   */
  public static List<LinkFacts> below(List<LinkFacts> links, Collection<IpAddress> internal) {
    var certain =
        having(links, a -> internal.contains(a.address()) || a.address().isGloballyRoutable());
    if (!certain.isEmpty()) {
      return certain;
    }
    var likely =
        links.stream()
            .filter(l -> !l.isOfEngine() && !OF_OTHERS.matcher(l.name()).matches())
            .toList();
    return likely.isEmpty() ? links : likely;
  }

  private static List<LinkFacts> having(
      List<LinkFacts> links, Predicate<InterfaceAddress> isWanted) {
    return links.stream()
        .filter(l -> !l.isOfEngine() && l.addresses().stream().anyMatch(isWanted))
        .toList();
  }
}
