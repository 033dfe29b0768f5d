package dev.weft.e2e.lab;

import java.util.List;
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
  public int machineNumber() {
    return CloudSpec.CONTROL_PLANE + ordinal;
  }

  /** Its InternalIPs, one per family. */
  public List<String> internalAddresses(Topology topology) {
    return topology.cloud(cloud).addresses(machineNumber());
  }

  /** Its ExternalIPs, where its cloud gives it any. */
  public List<String> externalAddresses(Topology topology) {
    return topology.cloud(cloud).externalAddresses(machineNumber());
  }

  /** Its pods' addresses, one range per family. */
  public List<Subnet> podCIDRs(Topology topology) {
    return topology.podCIDR().stream().map(p -> p.node(number)).toList();
  }

  /** The API server's address as a pod on this node gets it. */
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
