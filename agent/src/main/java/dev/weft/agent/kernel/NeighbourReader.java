package dev.weft.agent.kernel;

import dev.weft.agent.netlink.NetlinkSocket;
import dev.weft.agent.netlink.Request;
import dev.weft.agent.rtnetlink.NeighbourMessages;
import dev.weft.mesh.kernel.SeenNeighbour;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.MacAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;

/** Reads link addresses of neighbours, and lets the kernel find out those that it doesn't know. */
final class NeighbourReader {
  private final NetlinkSocket route;

  NeighbourReader(NetlinkSocket route) {
    this.route = route;
  }

  /**
   * What is known of the wanted ones.
   *
   * @param wanted index of their link, by address; what is not known is asked for, and known later
   */
  Map<IpAddress, MacAddress> read(Map<IpAddress, Integer> wanted) throws IOException {
    var known = new HashMap<IpAddress, MacAddress>();
    for (var family : Family.values()) {
      if (wanted.keySet().stream().noneMatch(a -> a.family() == family)) {
        continue;
      }
      for (var neighbour :
          route.<SeenNeighbour>dump(
              "RTM_GETNEIGH",
              NeighbourMessages.dumpNeighbours(family),
              (m, sink) -> NeighbourMessages.readKnown(m).ifPresent(sink))) {
        var index = wanted.get(neighbour.address());
        if (index != null && index == neighbour.linkIndex()) {
          known.put(neighbour.address(), neighbour.mac());
        }
      }
    }
    var missing = new ArrayList<Request>();
    wanted.forEach(
        (address, index) -> {
          if (!known.containsKey(address)) {
            missing.add(NeighbourMessages.resolve(address, index));
          }
        });
    if (!missing.isEmpty()) {
      var ignored = route.execute(missing); // a link may be gone meanwhile
    }
    return known;
  }
}
