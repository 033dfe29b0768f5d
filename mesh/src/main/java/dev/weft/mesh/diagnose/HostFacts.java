package dev.weft.mesh.diagnose;

import java.util.List;
import java.util.Map;

/**
 * What was found on the node that the command runs on.
 *
 * @param node name of its Node
 * @param kernel {@code uname -r}
 * @param sysctls values by name below {@code /proc/sys}, with dots; absent: not there
 * @param wireGuardModule whether the kernel has WireGuard
 * @param wireGuardGo whether wireguard-go can be run
 * @param links names of all links
 * @param rules lines of {@code ip rule} and {@code ip -6 rule}
 * @param firewall its packet filter
 * @param plugins names of the CNI plugins that are installed
 * @param conflists names in the CNI folder, sorted
 * @param udpOwners names of programs by the UDP port that they listen on; the kernel's own are not
 *     there
 * @param unresolved names among endpoints that don't resolve here
 * @param probes what a UDP probe of other gateways found
 * @param dataplane what of the mesh is in the kernel
 */
public record HostFacts(
    String node,
    String kernel,
    Map<String, String> sysctls,
    boolean wireGuardModule,
    boolean wireGuardGo,
    List<String> links,
    List<String> rules,
    FirewallFacts firewall,
    List<String> plugins,
    List<String> conflists,
    Map<Integer, String> udpOwners,
    List<String> unresolved,
    List<Probe> probes,
    DataplaneFacts dataplane) {
  /** A WireGuard port probed from here, without a key: closed is sure, silence says nothing. */
  public record Probe(String endpoint, boolean closed) {}

  public HostFacts {
    sysctls = Map.copyOf(sysctls);
    links = List.copyOf(links);
    rules = List.copyOf(rules);
    plugins = List.copyOf(plugins);
    conflists = List.copyOf(conflists);
    udpOwners = Map.copyOf(udpOwners);
    unresolved = List.copyOf(unresolved);
    probes = List.copyOf(probes);
  }
}
