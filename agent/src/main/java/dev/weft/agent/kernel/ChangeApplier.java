package dev.weft.agent.kernel;

import dev.weft.agent.firewall.PacketFilter;
import dev.weft.agent.netlink.Ack;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.userspace.UapiRefusal;
import dev.weft.agent.wireguard.WireGuardDevices;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes changes in order. What goes by rtnetlink, and peers that are set, is collected and sent
 * together; the collection is sent before anything of another kind is done.
 */
final class ChangeApplier {
  private final NetlinkSocket route;
  private final WireGuardDevices devices;
  private final PacketFilter firewall;
  private final TunnelLinks tunnels;
  private final LinkIndexes links;
  private final RouteChanges routeChanges;
  private final List<RouteChange> pending = new ArrayList<>();
  private final List<Change.SetPeer> pendingPeers = new ArrayList<>();
  private final List<ApplyFailure> failures = new ArrayList<>();

  ChangeApplier(
      NetlinkSocket route, WireGuardDevices devices, PacketFilter firewall, int routeProtocol) {
    this.route = route;
    this.devices = devices;
    this.firewall = firewall;
    this.tunnels = new TunnelLinks(route);
    this.links = new LinkIndexes(route);
    this.routeChanges = new RouteChanges(links, routeProtocol);
  }

  ApplyResult apply(ChangeSet changes) {
    for (var change : changes.changes()) {
      attempt(change);
    }
    flush();
    return new ApplyResult(changes.changes().size() - failures.size(), failures);
  }

  private void attempt(Change change) {
    try {
      switch (change) {
        case Change.Rtnetlink c -> {
          var request = routeChanges.of(c);
          flushPeers();
          pending.add(request);
        }
        case Change.SetPeer c -> {
          flushRoutes();
          pendingPeers.add(c);
        }
        case Change.RemovePeer c -> flushed().removePeer(c);
        case Change.RemoveAllowedIPs c -> flushed().removeAllowedIPs(c);
        case Change.ConfigureDevice c -> flushed().configure(c.device());
        case Change.CreateDevice c -> {
          flushed().create(c.device());
          links.forget();
        }
        case Change.RemoveDevice c -> {
          flushed().remove(c.link());
          links.forget();
        }
        case Change.Tunnel c -> {
          flush();
          tunnel(c);
          links.forget();
        }
        case Change.Filter c -> {
          flush();
          filter(c);
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      failures.add(failure(change, e));
    }
  }

  private WireGuardDevices flushed() {
    flush();
    return devices;
  }

  private void tunnel(Change.Tunnel change) throws IOException {
    switch (change) {
      case Change.ReplaceTunnel c -> tunnels.replace(c.tunnel());
      case Change.RemoveTunnel c -> tunnels.remove(c.link());
    }
  }

  private void filter(Change.Filter change) throws IOException {
    switch (change) {
      case Change.ReplaceFirewall c -> firewall.replace(c.firewall());
      case Change.UpdateFirewallSets c -> firewall.updateSets(c.add(), c.remove());
    }
  }

  private static ApplyFailure failure(Change change, Exception e) {
    int errno =
        switch (e) {
          case KernelRefusal refusal -> refusal.errno();
          case UapiRefusal refusal -> refusal.errno();
          default -> 0;
        };
    return new ApplyFailure(change, change.kind(), errno, String.valueOf(e.getMessage()));
  }

  private void flush() {
    flushPeers();
    flushRoutes();
  }

  private void flushPeers() {
    if (pendingPeers.isEmpty()) {
      return;
    }
    var batch = List.copyOf(pendingPeers);
    pendingPeers.clear();
    var refused = devices.setPeers(batch);
    for (var peer : batch) {
      var why = refused.get(peer);
      if (why != null) {
        failures.add(failure(peer, why));
      }
    }
  }

  private void flushRoutes() {
    if (pending.isEmpty()) {
      return;
    }
    var batch = List.copyOf(pending);
    pending.clear();
    try {
      var acks = route.execute(batch.stream().map(RouteChange::request).toList());
      for (int i = 0; i < acks.size(); i++) {
        check(batch.get(i), acks.get(i));
      }
    } catch (IOException | RuntimeException e) {
      // It isn't known which of them were made; the next snapshot shows it.
      for (var change : batch) {
        failures.add(
            new ApplyFailure(
                change.change(), change.change().operation(), 0, String.valueOf(e.getMessage())));
      }
    }
  }

  private void check(RouteChange change, Ack ack) {
    if (!ack.isOk() && !change.tolerated().contains(ack.errno())) {
      failures.add(
          new ApplyFailure(
              change.change(), change.change().operation(), ack.errno(), ack.toString()));
    }
  }
}
