package dev.weft.mesh.kernel;

import java.util.List;

/**
 * One node's kernel as read.
 *
 * @param nowEpochSecond when it was read
 * @param links all
 * @param devices WireGuard devices that have our link names, those of lanes that are not wanted
 *     included
 * @param nextHops with our protocol or in our range
 * @param routes ours
 * @param rules all in our priority range, or with our protocol
 * @param encapsulation links that have our names, with their addresses and routes
 * @param firewall ours
 */
public record KernelSnapshot(
    long nowEpochSecond,
    List<SeenLink> links,
    List<SeenDevice> devices,
    List<SeenNextHop> nextHops,
    List<SeenRoute> routes,
    List<SeenRule> rules,
    SeenEncapsulation encapsulation,
    SeenFirewall firewall) {
  public KernelSnapshot {
    links = List.copyOf(links);
    devices = List.copyOf(devices);
    nextHops = List.copyOf(nextHops);
    routes = List.copyOf(routes);
    rules = List.copyOf(rules);
  }
}
