package dev.weft.mesh.cluster;

import dev.weft.mesh.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * A pod.
 *
 * @param namespace its namespace
 * @param name metadata.name
 * @param node where it runs; empty: nowhere yet
 * @param addresses status.podIPs
 * @param hostNetwork whether it has its node's addresses
 * @param labels metadata.labels
 */
public record PodState(
    String namespace,
    String name,
    String node,
    List<IpAddress> addresses,
    boolean hostNetwork,
    Map<String, String> labels) {
  public PodState {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
  }

  /** {@code namespace/name}. */
  public String fullName() {
    return namespace + "/" + name;
  }
}
