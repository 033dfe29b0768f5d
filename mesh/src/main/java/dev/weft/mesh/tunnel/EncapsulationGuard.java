package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * Who may send encapsulated packets to this node, and which sources they may carry; others' are
 * dropped.
 *
 * @param udpPorts of VXLAN
 * @param ipip whether IPIP (protocol 4) is received, too
 * @param senders underlay addresses of the location's nodes, both families
 * @param members nodes that pass on no other node's packets, with their own sources
 * @param location the sources of all nodes of the location; a member sends none of them but its own
 */
public record EncapsulationGuard(
    List<Integer> udpPorts,
    boolean ipip,
    List<Prefix> senders,
    List<GuardedMember> members,
    List<Prefix> location) {
  /** Nothing encapsulated is received, and nothing is said about it. */
  public static final EncapsulationGuard NONE = new EncapsulationGuard(List.of(), false, List.of());

  public EncapsulationGuard {
    udpPorts = List.copyOf(udpPorts);
    senders = List.copyOf(senders);
    members = List.copyOf(members);
    location = List.copyOf(location);
  }

  /** A guard that looks at the outer sender alone. */
  public EncapsulationGuard(List<Integer> udpPorts, boolean ipip, List<Prefix> senders) {
    this(udpPorts, ipip, senders, List.of(), List.of());
  }

  /** Whether there is anything to guard. */
  public boolean isActive() {
    return ipip || !udpPorts.isEmpty();
  }

  /** Whether the sources inside are looked at. */
  public boolean looksInside() {
    return isActive() && !members.isEmpty();
  }

  /** Whether a packet from {@code inner} is taken that {@code outer} has encapsulated. */
  public boolean accepts(IpAddress outer, IpAddress inner) {
    return senders.stream().anyMatch(p -> p.contains(outer))
        && (location.stream().noneMatch(p -> p.contains(inner))
            || members.stream()
                .filter(m -> m.addresses().contains(outer))
                .allMatch(m -> m.sources().stream().anyMatch(p -> p.contains(inner))));
  }
}
