package dev.weft.agent.wireguard;

import dev.weft.agent.nativelib.Errno;
import dev.weft.agent.netlink.GeNetlink;
import dev.weft.agent.netlink.KernelRefusal;
import dev.weft.agent.netlink.Netlink;
import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.Request;
import dev.weft.agent.rtnetlink.LinkMessages;
import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.kernel.SeenDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kernel's WireGuard, by generic netlink. */
public final class KernelWireGuard implements WireGuardDevices {
  private final NetlinkSocket generic;
  private final NetlinkSocket route;
  private final DeviceRequests requests;

  private KernelWireGuard(NetlinkSocket generic, NetlinkSocket route, int family) {
    this.generic = generic;
    this.route = route;
    this.requests = new DeviceRequests(family);
  }

  /**
   * Looks whether the kernel has WireGuard; it loads the module if it can.
   *
   * @param route for links; stays its owner's
   * @return empty if it has not
   */
  public static Optional<KernelWireGuard> open(NetlinkSocket route) throws IOException {
    var generic = NetlinkSocket.open(Netlink.NETLINK_GENERIC);
    try {
      int family =
          generic.get(
              "CTRL_CMD_GETFAMILY wireguard",
              GeNetlink.family(WireGuard.WG_GENL_NAME),
              GeNetlink::familyId);
      return Optional.of(new KernelWireGuard(generic, route, family));
    } catch (KernelRefusal e) {
      generic.close();
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public boolean userspace() {
    return false;
  }

  @Override
  public void create(DesiredDevice device) throws IOException {
    var request = LinkMessages.create(device.name(), "wireguard", device.mtu());
    tolerating(
        Errno.EEXIST, () -> route.execute("RTM_NEWLINK wireguard " + device.name(), request));
  }

  @Override
  public void remove(String name) throws IOException {
    tolerating(
        Errno.ENODEV,
        () -> {
          int index =
              route.get("RTM_GETLINK", LinkMessages.get(name), m -> LinkMessages.read(m).index());
          route.execute("RTM_DELLINK " + name, LinkMessages.delete(index));
        });
  }

  @Override
  public Optional<SeenDevice> read(String name) throws IOException {
    try {
      List<SeenDevice> parts =
          generic.dump(
              "WG_CMD_GET_DEVICE " + name,
              requests.get(name),
              (message, sink) -> sink.accept(DeviceReader.part(message)));
      if (parts.isEmpty()) {
        throw new IOException("WG_CMD_GET_DEVICE " + name + ": an answer without a device");
      }
      return Optional.of(DeviceReader.join(parts));
    } catch (KernelRefusal e) {
      // ENODEV: no such link; EOPNOTSUPP: a link of another kind.
      if (e.errno() == Errno.ENODEV || e.errno() == Errno.EOPNOTSUPP) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void configure(DesiredDevice device) throws IOException {
    var seen = read(device.name());
    boolean key = !seen.flatMap(SeenDevice::publicKey).equals(Optional.of(device.publicKey()));
    boolean port = seen.map(SeenDevice::listenPort).orElse(-1) != device.listenPort();
    boolean mark = seen.map(SeenDevice::firewallMark).orElse(-1L) != device.firewallMark();
    if (key || port || mark) {
      generic.execute(
          "WG_CMD_SET_DEVICE " + device.name(), requests.configure(device, key, port, mark));
    }
  }

  @Override
  public void setPeer(Change.SetPeer change) throws IOException {
    execute("set peer", change.device(), change.publicKey(), requests.setPeer(change));
  }

  @Override
  public Map<Change.SetPeer, IOException> setPeers(List<Change.SetPeer> changes) {
    var all = new ArrayList<Request>();
    var owners = new ArrayList<Change.SetPeer>();
    for (var change : changes) {
      for (var request : requests.setPeer(change)) {
        all.add(request);
        owners.add(change);
      }
    }
    var refused = new IdentityHashMap<Change.SetPeer, IOException>();
    try {
      var acks = generic.execute(all);
      for (int i = 0; i < acks.size(); i++) {
        if (!acks.get(i).isOk()) {
          refused.putIfAbsent(
              owners.get(i), new KernelRefusal(operation(owners.get(i)), acks.get(i)));
        }
      }
    } catch (IOException e) {
      // It isn't known which of them were made; the next snapshot shows it.
      changes.forEach(c -> refused.put(c, e));
    }
    return refused;
  }

  private static String operation(Change.SetPeer change) {
    return "WG_CMD_SET_DEVICE %s: set peer %s".formatted(change.device(), change.publicKey());
  }

  @Override
  public void removeAllowedIPs(Change.RemoveAllowedIPs change) throws IOException {
    execute(
        "remove allowed IPs of",
        change.device(),
        change.publicKey(),
        requests.removeAllowedIPs(change, TemporaryPeer.newKey()));
  }

  @Override
  public void removePeer(Change.RemovePeer change) throws IOException {
    execute(
        "remove peer", change.device(), change.publicKey(), List.of(requests.removePeer(change)));
  }

  private void execute(String verb, String device, Object key, List<Request> all)
      throws IOException {
    for (var request : all) {
      generic.execute("WG_CMD_SET_DEVICE %s: %s %s".formatted(device, verb, key), request);
    }
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void tolerating(int errno, Action action) throws IOException {
    try {
      action.run();
    } catch (KernelRefusal e) {
      if (e.errno() != errno) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    generic.close();
  }
}
