package dev.weft.e2e.lab;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One node of a lab.
 *
 * @param name such as {@code aws-1}
 * @param ordinal in its cloud, from 1
 * @param number in the lab, from 1; the number of its pod CIDR
 */
public record NodeSpec(String name, String cloud, int ordinal, int number) {
  /** The number of its addresses in its cloud. */
  int machineNumber() {
    return CloudSpec.CONTROL_PLANE + ordinal;
  }

  /** Its InternalIP. */
  public String privateAddress(Topology topology) {
    return topology.cloud(cloud).address(machineNumber());
  }

  /** Its ExternalIP, where its cloud gives it one. */
  public Optional<String> publicAddress(Topology topology) {
    var in = topology.cloud(cloud);
    return switch (in.nat()) {
      case ONE_TO_ONE -> Optional.of(in.publicSubnet().host(machineNumber()));
      case PORT_RESTRICTED, SYMMETRIC -> Optional.empty();
    };
  }

  /** Its pods' addresses. */
  public Subnet podCIDR(Topology topology) {
    return topology.podCIDR().part(number, 24);
  }

  /** The API server's address as a pod on this node is told it. */
  public String apiAddress(Topology topology) {
    return topology.cloud(cloud).controlPlane() ? topology.apiPrivate() : topology.apiPublic();
  }

  /** Its pods. */
  public List<PodName> pods(Topology topology) {
    return IntStream.range(0, topology.podsPerNode())
        .mapToObj(i -> new PodName(name, String.valueOf((char) ('a' + i))))
        .toList();
  }
}
