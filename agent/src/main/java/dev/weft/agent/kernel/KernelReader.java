package dev.weft.agent.kernel;

import dev.weft.agent.firewall.PacketFilter;
import dev.weft.agent.wireguard.WireGuardDevices;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.kernel.SeenDevice;
import java.io.IOException;
import java.util.ArrayList;

/** Reads a snapshot of everything that a desired state speaks of. */
final class KernelReader {
  private final RouteReader route;
  private final TunnelReader tunnels;
  private final WireGuardDevices wireGuard;
  private final PacketFilter firewall;

  KernelReader(
      RouteReader route, TunnelReader tunnels, WireGuardDevices wireGuard, PacketFilter firewall) {
    this.route = route;
    this.tunnels = tunnels;
    this.wireGuard = wireGuard;
    this.firewall = firewall;
  }

  KernelSnapshot read(DesiredState expected, long nowEpochSecond) throws IOException {
    var own = Ownership.of(expected);
    var links = route.links();
    var devices = new ArrayList<SeenDevice>();
    for (var device : own.devices()) {
      var name = device.name();
      // A link without an answering wireguard-go, or one of another kind, is no device.
      if (links.stream().anyMatch(l -> l.name().equals(name))) {
        wireGuard.read(name).ifPresent(devices::add);
      }
    }
    return new KernelSnapshot(
        nowEpochSecond,
        links,
        devices,
        route.nextHops(own),
        route.routes(own),
        route.rules(own),
        tunnels.read(links),
        firewall.read(expected.firewall()));
  }
}
