package dev.weft.mesh.egress;

import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * A pod of the own node that has addresses of its own.
 *
 * @param namespace its namespace
 * @param name metadata.name
 * @param labels metadata.labels
 * @param addresses status.podIPs
 */
public record LocalPod(
    String namespace, String name, Map<String, String> labels, List<IpAddress> addresses) {
  public LocalPod {
    labels = Map.copyOf(labels);
    addresses = List.copyOf(addresses);
  }

  /** {@code namespace/name}. */
  public String fullName() {
    return namespace + "/" + name;
  }
}
