package dev.weft.mesh.cluster;

import dev.weft.mesh.net.Endpoint;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.MeshView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Stand-ins for DNS names, which an offline plan doesn't resolve: addresses of the discard-only
 * block 100::/64 (RFC 6666), turned back into names where the plan is shown.
 */
public final class EndpointNames {
  private static final long DISCARD_ONLY = 0x0100_0000_0000_0000L;

  private final Map<String, List<IpAddress>> byName = new HashMap<>();
  private final Map<IpAddress, String> byAddress = new HashMap<>();

  /** Names of a view. */
  public EndpointNames(MeshView view) {
    var devices = view.nodes().stream().flatMap(n -> n.devices().stream());
    var endpoints =
        Stream.concat(
            devices.flatMap(d -> d.endpoints().stream()),
            view.peers().stream().flatMap(p -> p.endpoints().stream()));
    endpoints
        .filter(e -> e.address().isEmpty())
        .map(Endpoint::host)
        .distinct()
        .forEach(
            name -> {
              var address = new IpAddress(Family.IPV6, DISCARD_ONLY, byName.size() + 1L);
              byName.put(name, List.of(address));
              byAddress.put(address, name);
            });
  }

  /** A stand-in address for each name. */
  public Map<String, List<IpAddress>> byName() {
    return byName;
  }

  /** {@code host:port} with the name that stood there. */
  public String show(Endpoint endpoint) {
    return endpoint
        .address()
        .map(byAddress::get)
        .map(name -> name + ":" + endpoint.port())
        .orElse(endpoint.toString());
  }
}
