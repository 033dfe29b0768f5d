package dev.weft.mesh.pathmtu;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.key.PublicKey;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Routes that know what the tunnel behind them really carries. */
public final class PathMtus {
  private PathMtus() {}

  /**
   * The same state, with an MTU on each route into a tunnel that carries less than its device. The
   * kernel then tells senders (or fragments), and TCP is clamped to it, for the clamp follows the
   * route's MTU.
   *
   * @param carried bytes of the inner packet, by peer; peers that carry what the device does may be
   *     absent
   * @param probed destinations whose routes keep the device's MTU, so that probes of every size can
   *     leave
   */
  public static DesiredState apply(
      DesiredState desired, Map<PublicKey, Integer> carried, Set<IpAddress> probed) {
    Map<Prefix, Integer> narrow = new HashMap<>();
    for (var device : desired.devices()) {
      for (var peer : device.peers()) {
        narrow(device, peer, carried, narrow);
      }
    }
    if (narrow.isEmpty()) {
      return desired;
    }
    var groups = new NarrowGroups(desired);
    var routes = new ArrayList<DesiredRoute>(desired.routes().size());
    for (var route : desired.routes()) {
      var mtu = narrow.get(route.destination());
      boolean isProbed =
          route.destination().isHost() && probed.contains(route.destination().address());
      routes.add(mtu == null || isProbed ? route : groups.narrowed(route, mtu));
    }
    return desired.withRoutes(groups.all(), List.copyOf(routes));
  }

  private static void narrow(
      DesiredDevice device,
      DesiredPeer peer,
      Map<PublicKey, Integer> carried,
      Map<Prefix, Integer> narrow) {
    int mtu = carried.getOrDefault(peer.publicKey(), device.mtu());
    if (mtu < device.mtu()) {
      peer.allowedIPs().forEach(prefix -> narrow.put(prefix, mtu));
    }
  }
}
