package dev.weft.mesh.tunnel;

import dev.weft.mesh.net.Prefix;
import java.util.List;

/**
 * Who may send encapsulated packets to this node; others' are dropped.
 *
 * @param udpPorts of VXLAN
 * @param ipip whether IPIP (protocol 4) is received, too
 * @param senders underlay addresses of the location's nodes, both families
 */
public record EncapsulationGuard(List<Integer> udpPorts, boolean ipip, List<Prefix> senders) {
  /** Nothing encapsulated is received, and nothing is said about it. */
  public static final EncapsulationGuard NONE = new EncapsulationGuard(List.of(), false, List.of());

  public EncapsulationGuard {
    udpPorts = List.copyOf(udpPorts);
    senders = List.copyOf(senders);
  }

  /** Whether there is anything to guard. */
  public boolean isActive() {
    return ipip || !udpPorts.isEmpty();
  }
}
