package dev.weft.mesh.desired;

import dev.weft.mesh.device.DeviceId;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import java.util.List;
import java.util.Optional;

/**
 * All that is wanted of one node's kernel.
 *
 * @param routeProtocol rtnetlink protocol number of all that is ours
 * @param nextHopBase first of 2^24 IDs that are ours
 * @param tables routing tables that are ours
 * @param rulePriority first of 100 rule priorities that are ours
 * @param devices by lane
 * @param addresses of our links
 * @param nextHops by ID
 * @param nextHopGroups by ID
 * @param routes by table and destination
 * @param rules by priority
 * @param linkSettings per link
 * @param encapsulation inside the location
 * @param firewall packet filter
 * @param problems what was left out and why
 */
public record DesiredState(
    int routeProtocol,
    long nextHopBase,
    List<Integer> tables,
    int rulePriority,
    List<DesiredDevice> devices,
    List<DesiredAddress> addresses,
    List<DesiredNextHop> nextHops,
    List<DesiredNextHopGroup> nextHopGroups,
    List<DesiredRoute> routes,
    List<DesiredRule> rules,
    List<LinkSettings> linkSettings,
    DesiredEncapsulation encapsulation,
    DesiredFirewall firewall,
    List<Problem> problems) {
  public DesiredState {
    tables = List.copyOf(tables);
    devices = List.copyOf(devices);
    addresses = List.copyOf(addresses);
    nextHops = List.copyOf(nextHops);
    nextHopGroups = List.copyOf(nextHopGroups);
    routes = List.copyOf(routes);
    rules = List.copyOf(rules);
    linkSettings = List.copyOf(linkSettings);
    problems = List.copyOf(problems);
  }

  /** The device of a link name. */
  public Optional<DesiredDevice> device(String name) {
    return devices.stream().filter(d -> d.name().equals(name)).findFirst();
  }

  /** The device of that identity. */
  public Optional<DesiredDevice> device(DeviceId id) {
    return devices.stream().filter(d -> d.id().equals(id)).findFirst();
  }

  /** Bytes that the widest of the devices carries; 0 if there is none. */
  public int widestDevice() {
    return devices.stream().mapToInt(DesiredDevice::mtu).max().orElse(0);
  }

  /** The same with other devices. */
  public DesiredState withDevices(List<DesiredDevice> others) {
    return new DesiredState(
        routeProtocol,
        nextHopBase,
        tables,
        rulePriority,
        others,
        addresses,
        nextHops,
        nextHopGroups,
        routes,
        rules,
        linkSettings,
        encapsulation,
        firewall,
        problems);
  }

  /** The same with other next hops, groups of them, and routes. */
  public DesiredState withRoutes(
      List<DesiredNextHop> hops, List<DesiredNextHopGroup> groups, List<DesiredRoute> others) {
    return new DesiredState(
        routeProtocol,
        nextHopBase,
        tables,
        rulePriority,
        devices,
        addresses,
        hops,
        groups,
        others,
        rules,
        linkSettings,
        encapsulation,
        firewall,
        problems);
  }
}
