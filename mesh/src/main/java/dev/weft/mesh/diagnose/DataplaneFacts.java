package dev.weft.mesh.diagnose;

import dev.weft.mesh.net.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What of the mesh is in the kernel of the node that the command runs on.
 *
 * @param routes destinations by table; a table that could not be read is absent
 * @param peers by WireGuard device, the public keys of its peers with the endpoint that each is
 *     called at, which is empty where there is none; a device is absent if its peers could not be
 *     read, because it or {@code wg} is not there
 * @param tunnels how the other ends of its tunnels answer now
 */
public record DataplaneFacts(
    Map<Integer, Set<Prefix>> routes, Map<String, Map<String, String>> peers, List<Echo> tunnels) {
  /**
   * What came back through a tunnel.
   *
   * @param node at its other end
   * @param small whether an echo request of a few bytes was answered
   * @param full whether one as large as the tunnel's MTU was, that must not be fragmented
   */
  public record Echo(String node, boolean small, boolean full) {}

  public DataplaneFacts {
    routes = Map.copyOf(routes);
    peers = Map.copyOf(peers);
    tunnels = List.copyOf(tunnels);
  }
}
