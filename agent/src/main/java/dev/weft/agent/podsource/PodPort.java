package dev.weft.agent.podsource;

import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.util.List;
import java.util.Optional;

/**
 * A port of the pods' bridge, and what its pod may send from.
 *
 * @param link the port's name on the host
 * @param mac of the pod's end; empty: the CNI result names none
 * @param addresses of the pod, at least one
 */
record PodPort(String link, Optional<MacAddress> mac, List<IpAddress> addresses) {
  PodPort {
    addresses = List.copyOf(addresses);
  }
}
