package dev.weft.mesh.pathmtu;

import dev.weft.mesh.desired.DesiredDevice;
import dev.weft.mesh.desired.DesiredPeer;
import dev.weft.mesh.desired.DesiredRoute;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.device.PeerId;
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
   * <p>Routes to exits, and from them back to pods, know what is left beside the headers around
   * their packets, of what arrives at the mesh address at the other end: the way to that address is
   * probed, and so keeps the device's MTU.
   *
   * @param carried bytes of the inner packet, by peer; peers that carry what the device does may be
   *     absent
   * @param arriving bytes of a packet that arrives at a mesh address, as far as asked for; it may
   *     be beyond a gateway of the own location
   * @param probed destinations whose routes keep the device's MTU, so that probes of every size can
   *     leave
   */
  public static DesiredState apply(
      DesiredState desired,
      Map<PeerId, Integer> carried,
      Map<IpAddress, Integer> arriving,
      Set<IpAddress> probed) {
    Map<Prefix, Integer> narrow = new HashMap<>();
    for (var device : desired.devices()) {
      for (var peer : device.peers()) {
        narrow(device, peer, carried, narrow);
      }
    }
    var outer = new HashMap<>(arriving);
    narrow.forEach(
        (prefix, mtu) -> {
          if (prefix.isHost()) {
            outer.merge(prefix.address(), mtu, Math::min);
          }
        });
    if (outer.isEmpty() && narrow.isEmpty()) {
      return desired;
    }
    var egress = new NarrowEgress(desired.encapsulation(), outer);
    var groups = new NarrowGroups(desired);
    var routes = new ArrayList<DesiredRoute>(desired.routes().size());
    for (var route : desired.routes()) {
      int mtu = egress.mtu(route.target()).orElse(narrow.getOrDefault(route.destination(), 0));
      boolean isProbed =
          route.destination().isHost() && probed.contains(route.destination().address());
      routes.add(mtu == 0 || isProbed ? route : groups.narrowed(route, mtu));
    }
    if (routes.equals(desired.routes())) {
      return desired;
    }
    return desired.withRoutes(groups.hops(), groups.all(), List.copyOf(routes));
  }

  private static void narrow(
      DesiredDevice device,
      DesiredPeer peer,
      Map<PeerId, Integer> carried,
      Map<Prefix, Integer> narrow) {
    int mtu = carried.getOrDefault(device.idOf(peer), device.mtu());
    if (mtu < device.mtu()) {
      // Of several lanes to a prefix, any may carry the next packet.
      peer.allowedIPs().forEach(prefix -> narrow.merge(prefix, mtu, Math::min));
    }
  }
}
