package dev.weft.mesh.egress;

import dev.weft.mesh.net.IpAddress;
import java.util.List;

/**
 * A pod that a rule of the mesh chose.
 *
 * @param name {@code namespace/name}
 * @param rule name of the rule
 * @param addresses of the pod
 */
public record EgressPod(String name, String rule, List<IpAddress> addresses) {
  public EgressPod {
    addresses = List.copyOf(addresses);
  }
}
