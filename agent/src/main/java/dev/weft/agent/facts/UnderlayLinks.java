package dev.weft.agent.facts;

import dev.weft.mesh.kernel.SeenLink;
import dev.weft.mesh.net.InterfaceAddress;
import dev.weft.mesh.net.Prefix;
import dev.weft.mesh.view.LinkFacts;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which links are the node's own networks: neither Weft's nor those of pods and CNIs. Those of
 * engines such as Docker are among them, since what is on-link there must stay there. Pure.
 */
public final class UnderlayLinks {
  /**
   * Links that networks of pods make on a host. Pods' ends of veth pairs have no address there, so
   * that a node whose uplink is a veth keeps it.
   */
  private static final Pattern OF_CONTAINERS =
      Pattern.compile(
          "weft.*|cni\\d+|cbr\\d+|flannel.*|cali.*|vxlan\\.calico|tunl0|wireguard\\.cali|cilium_.*|lxc.*"
              + "|kube-ipvs0|kube-bridge|nodelocaldns|weave|antrea-.*|ovn.*|kilo\\d+");

  private static final List<Prefix> LOOPBACK =
      List.of(Prefix.parse("127.0.0.0/8"), Prefix.parse("::1/128"));

  private UnderlayLinks() {}

  /**
   * The links that count, in index order, with at least one address.
   *
   * @param deviceName name of lane 0's WireGuard device; further lanes have it with other digits
   */
  public static List<LinkFacts> of(List<SeenLink> links, String deviceName) {
    var stem = deviceName.replaceAll("[0-9]+$", "");
    return links.stream()
        .filter(l -> l.up() && !OF_CONTAINERS.matcher(l.name()).matches())
        .filter(l -> !l.name().matches(Pattern.quote(stem) + "[0-9]*"))
        .sorted(Comparator.comparingInt(SeenLink::index))
        .map(l -> new LinkFacts(l.name(), l.mtu(), usable(l.addresses())))
        .filter(l -> !l.addresses().isEmpty())
        .toList();
  }

  private static List<InterfaceAddress> usable(List<InterfaceAddress> addresses) {
    return addresses.stream()
        .filter(a -> LOOPBACK.stream().noneMatch(p -> p.contains(a.address())))
        .toList();
  }
}
