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
      if (change instanceof Change.SetPeer peer) {
        flushRoutes();
        pendingPeers.add(peer);
        return;
      }
      var request = routeChanges.of(change);
      if (request.isPresent()) {
        flushPeers();
        pending.add(request.get());
        return;
      }
      flush();
      other(change);
    } catch (IOException | IllegalArgumentException e) {
      failures.add(failure(change, e));
    }
  }

  private static ApplyFailure failure(Change change, Exception e) {
    int errno =
        switch (e) {
          case KernelRefusal refusal -> refusal.errno();
          case UapiRefusal refusal -> refusal.errno();
          default -> 0;
        };
    return new ApplyFailure(
        change, change.getClass().getSimpleName(), errno, String.valueOf(e.getMessage()));
  }

  private void other(Change change) throws IOException {
    switch (change) {
      case Change.CreateDevice c -> {
        devices.create(c.device());
        links.forget();
      }
      case Change.ReplaceTunnel c -> {
        tunnels.replace(c.tunnel());
        links.forget();
      }
      case Change.RemoveTunnel c -> {
        tunnels.remove(c.link());
        links.forget();
      }
      case Change.ConfigureDevice c -> devices.configure(c.device());
      case Change.SetPeer c -> throw new IllegalStateException("peers are collected");
      case Change.RemovePeer c -> devices.removePeer(c);
      case Change.RemoveAllowedIPs c -> devices.removeAllowedIPs(c);
      case Change.ReplaceFirewall c -> firewall.replace(c.firewall());
      case Change.UpdateFirewallSets c -> firewall.updateSets(c.add(), c.remove());
      case Change.SetNeighbour c -> throw routeOnly(c);
      case Change.RemoveNeighbour c -> throw routeOnly(c);
      case Change.SetForwarding c -> throw routeOnly(c);
      case Change.RemoveForwarding c -> throw routeOnly(c);
      case Change.SetLink c -> throw routeOnly(c);
      case Change.SetLinkSettings c -> throw routeOnly(c);
      case Change.AddAddress c -> throw routeOnly(c);
      case Change.RemoveAddress c -> throw routeOnly(c);
      case Change.SetNextHop c -> throw routeOnly(c);
      case Change.SetNextHopGroup c -> throw routeOnly(c);
      case Change.RemoveNextHop c -> throw routeOnly(c);
      case Change.SetRoute c -> throw routeOnly(c);
      case Change.RemoveRoute c -> throw routeOnly(c);
      case Change.AddRule c -> throw routeOnly(c);
      case Change.RemoveRule c -> throw routeOnly(c);
    }
  }

  private static IllegalStateException routeOnly(Change change) {
    return new IllegalStateException(change.getClass().getSimpleName() + " goes by rtnetlink");
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
      // It isn't known which of them were made; the next snapshot tells.
      for (var change : batch) {
        failures.add(
            new ApplyFailure(
                change.change(), change.operation(), 0, String.valueOf(e.getMessage())));
      }
    }
  }

  private void check(RouteChange change, Ack ack) {
    if (!ack.isOk() && !change.tolerated().contains(ack.errno())) {
      failures.add(
          new ApplyFailure(change.change(), change.operation(), ack.errno(), ack.toString()));
    }
  }
}
