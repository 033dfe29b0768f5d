package dev.weft.agent.podsource;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The table {@code bridge weft}, in nft(8)'s words: what arrives by a port with another source than
 * its pod's is dropped before the bridge forwards it or learns from it. So is what has a VLAN tag:
 * the kernel takes a tag of VLAN 0 off only behind these rules, which would not know what it is.
 */
final class PodSourceTable {
  static final String NAME = "bridge weft";
  private static final String REMOVE =
      "add table %s\ndelete table %s\n".formatted(NAME, NAME); // succeeds where there is none

  private PodSourceTable() {}

  static String remove() {
    return REMOVE;
  }

  /** Puts the whole table in the place of what is there, in one transaction. */
  static String replace(List<PodPort> ports) {
    var elements = ports.stream().map(p -> quoted(p.link())).collect(Collectors.joining(", "));
    return REMOVE
        + """
        table %s {
          set ports { type ifname; elements = { %s } }
          set with_mac { type ifname; %s }
          set macs { type ifname . ether_addr; %s }
          set pods4 { type ifname . ipv4_addr; %s }
          set pods6 { type ifname . ipv6_addr; %s }
          chain adverts {
        %s    @th,64,10 0x3fa return
            drop
          }
          chain pods {
            ether type != { ip, ip6, arp } drop
            iifname @with_mac iifname . ether saddr != @macs drop
            ether type arp arp saddr ip != 0.0.0.0 iifname . arp saddr ip != @pods4 drop
            ether type ip iifname . ip saddr != @pods4 drop
            icmpv6 type { nd-router-advert, nd-redirect } drop
            icmpv6 type nd-neighbor-advert jump adverts
            ip6 saddr != { ::, fe80::/10 } iifname . ip6 saddr != @pods6 drop
          }
          chain prerouting {
            type filter hook prerouting priority -200; policy accept;
            iifname @ports jump pods
          }
        }
        """
            .formatted(
                NAME,
                elements,
                set(
                    ports.stream()
                        .filter(p -> p.mac().isPresent())
                        .map(p -> quoted(p.link()))
                        .toList()),
                set(macs(ports)),
                set(addresses(ports, Family.IPV4)),
                set(addresses(ports, Family.IPV6)),
                advertised(ports));
  }

  private static List<String> macs(List<PodPort> ports) {
    return ports.stream()
        .flatMap(p -> p.mac().stream().map(m -> quoted(p.link()) + " . " + m))
        .toList();
  }

  private static List<String> addresses(List<PodPort> ports, Family family) {
    return ports.stream()
        .flatMap(
            p ->
                p.addresses().stream()
                    .filter(a -> a.family() == family)
                    .map(a -> quoted(p.link()) + " . " + a))
        .toList();
  }

  /** The target of a neighbour advertisement is 8 octets into ICMPv6 (RFC 4861, section 4.4). */
  private static String advertised(List<PodPort> ports) {
    var rules = new StringBuilder();
    for (var port : ports) {
      for (var address : port.addresses()) {
        if (address.family() == Family.IPV6) {
          rules.append(
              "    iifname %s @th,64,128 %s return\n".formatted(quoted(port.link()), hex(address)));
        }
      }
    }
    return rules.toString();
  }

  private static String hex(IpAddress address) {
    return "0x" + java.util.HexFormat.of().formatHex(address.toBytes());
  }

  private static String quoted(String link) {
    return '"' + link + '"';
  }

  private static String set(List<String> elements) {
    return elements.isEmpty() ? "" : "elements = { " + String.join(", ", elements) + " }";
  }
}
