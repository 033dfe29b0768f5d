package dev.weft.mesh.pathmtu;

import dev.weft.mesh.desired.RouteTarget;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.tunnel.DesiredEncapsulation;
import dev.weft.mesh.tunnel.DesiredTunnel;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What fits into packets between mesh addresses, by the gateway that a route to an exit names. */
final class NarrowEgress {
  /** RFC 8200: no link of IPv6 carries less, and the kernel sends none less. */
  private static final int LEAST_IPV6 = 1280;

  private final Map<RouteTarget.Via, Integer> mtus = new HashMap<>();

  /**
   * Reads who is behind each gateway.
   *
   * @param outer bytes that arrive, by mesh address; one that is absent gets all
   */
  NarrowEgress(DesiredEncapsulation encapsulation, Map<IpAddress, Integer> outer) {
    for (var tunnel : encapsulation.tunnels(DesiredTunnel.Scope.EGRESS)) {
      var neighbours =
          encapsulation.neighbours().stream().filter(n -> n.link().equals(tunnel.name())).toList();
      for (var neighbour : neighbours) {
        encapsulation.forwardings().stream()
            .filter(f -> f.link().equals(tunnel.name()) && f.mac().equals(neighbour.mac()))
            .filter(f -> outer.containsKey(f.to()))
            .forEach(
                f -> {
                  int fits =
                      outer.getOrDefault(f.to(), 0)
                          - DesiredTunnel.Vxlan.overhead(tunnel.local().family());
                  var via = new RouteTarget.Via(neighbour.gateway(), tunnel.name());
                  int least = via.gateway().family() == Family.IPV6 ? LEAST_IPV6 : 0;
                  if (fits < tunnel.mtu()) {
                    mtus.put(via, Math.max(least, fits));
                  }
                });
      }
    }
  }

  /**
   * Bytes of a packet on a route to an exit; empty: it isn't one, or carries what its link does.
   */
  OptionalInt mtu(RouteTarget target) {
    var mtu = target instanceof RouteTarget.Via via ? mtus.get(via) : null;
    return mtu == null ? OptionalInt.empty() : OptionalInt.of(mtu);
  }
}
