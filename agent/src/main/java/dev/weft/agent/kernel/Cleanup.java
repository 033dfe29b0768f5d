package dev.weft.agent.kernel;

import dev.weft.agent.cni.Conflist;
import dev.weft.agent.firewall.PacketFilter;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.Request;
import dev.weft.agent.rtnetlink.NextHopMessages;
import dev.weft.agent.rtnetlink.RouteMessages;
import dev.weft.agent.rtnetlink.RuleMessages;
import dev.weft.agent.wireguard.WireGuardDevices;
import dev.weft.mesh.kernel.SeenRule;
import dev.weft.mesh.tunnel.DesiredTunnel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Removes all that is Weft's: what leads packets away first, the devices last. */
final class Cleanup {
  private final NetlinkSocket route;
  private final RouteReader reader;
  private final WireGuardDevices devices;
  private final PacketFilter firewall;
  private final List<String> lines = new ArrayList<>();

  Cleanup(
      NetlinkSocket route, RouteReader reader, WireGuardDevices devices, PacketFilter firewall) {
    this.route = route;
    this.reader = reader;
    this.devices = devices;
    this.firewall = firewall;
  }

  private interface Step {
    void run() throws IOException;
  }

  List<String> run(Ownership own) {
    step(
        "rules",
        () -> {
          for (var rule : ownRules(own)) {
            remove("rule " + rule.priority() + " " + rule.family(), RuleMessages.remove(rule));
          }
        });
    step(
        "routes",
        () -> {
          for (var seen : reader.routes(own)) {
            remove(
                "route " + seen.destination() + " table " + seen.table(),
                RouteMessages.remove(seen));
          }
        });
    step("next hops", () -> removeNextHops(own));
    step(
        "packet filter",
        () -> {
          if (firewall.remove()) {
            lines.add("removed packet filter");
          }
        });
    var tunnels = new TunnelLinks(route);
    for (var name : DesiredTunnel.NAMES) {
      step(
          "link " + name,
          () -> {
            if (tunnels.remove(name)) {
              lines.add("removed link " + name);
            }
          });
    }
    step("link " + Conflist.BRIDGE, () -> removeBridge(tunnels));
    for (var device : own.devices()) {
      step(
          "device " + device.name(),
          () -> {
            if (isForeign(device)) {
              lines.add("kept link " + device.name() + ": it is not Weft's");
              return;
            }
            boolean isKnown = devices.read(device.name()).isPresent();
            boolean wasThere = isThere(device.name());
            devices.remove(device.name());
            if (wasThere && !isKnown && isThere(device.name())) {
              lines.add("kept link " + device.name() + ": it is not Weft's");
            } else if (wasThere) {
              lines.add("removed device " + device.name());
            }
          });
    }
    return List.copyOf(lines);
  }

  private boolean isThere(String link) throws IOException {
    return reader.links().stream().anyMatch(l -> l.name().equals(link));
  }

  /** Whether a link of the device's name is another kind's, or a device without our mark. */
  private boolean isForeign(OwnedDevice device) throws IOException {
    var link = reader.links().stream().filter(l -> l.name().equals(device.name())).findFirst();
    var known = devices.read(device.name());
    if (known.isPresent()) {
      return !known.get().publicKey().isEmpty()
          && known.get().firewallMark() != device.firewallMark();
    }
    return link.isPresent() && !link.get().kind().equals(devices.userspace() ? "tun" : "wireguard");
  }

  /** The pods' bridge, which the bridge plugin has made and nothing else removes. */
  private void removeBridge(TunnelLinks links) throws IOException {
    var ports = Path.of("/sys/class/net", Conflist.BRIDGE, "brif");
    if (Files.isDirectory(ports)) {
      try (var attached = Files.list(ports)) {
        if (attached.findAny().isPresent()) {
          lines.add("kept link " + Conflist.BRIDGE + ": pods are attached to it");
          return;
        }
      }
    }
    if (links.remove(Conflist.BRIDGE)) {
      lines.add("removed link " + Conflist.BRIDGE);
    }
  }

  /** Not what another wrote into our range of priorities. */
  private List<SeenRule> ownRules(Ownership own) throws IOException {
    return reader.rules(own).stream().filter(r -> r.protocol() == own.routeProtocol()).toList();
  }

  private void removeNextHops(Ownership own) throws IOException {
    var all = reader.nextHops(own);
    for (boolean groups : new boolean[] {true, false}) {
      for (var hop : all) {
        if (hop.members().isEmpty() != groups) {
          remove("next hop " + hop.id(), NextHopMessages.remove(hop.id()));
        }
      }
    }
  }

  private void remove(String what, Request request) throws IOException {
    var ack = route.execute(List.of(request)).getFirst();
    lines.add((ack.isOk() ? "removed " + what : "kept " + what + ": " + ack));
  }

  private void step(String what, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      lines.add("kept " + what + ": " + e.getMessage());
    }
  }
}
