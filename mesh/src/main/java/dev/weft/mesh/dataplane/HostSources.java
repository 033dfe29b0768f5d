package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.view.MeshNode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Source addresses of the host's own packets: a meshed internal IP where others accept it, else the
 * mesh address.
 */
final class HostSources {
  private final MeshNode self;
  private final Underlay underlay;
  private final Map<Family, Optional<IpAddress>> inside = new EnumMap<>(Family.class);
  private final Map<Family, Optional<IpAddress>> outside = new EnumMap<>(Family.class);

  HostSources(MeshNode self, Underlay underlay) {
    this.self = self;
    this.underlay = underlay;
  }

  /**
   * The source address of a family; empty: the node has none.
   *
   * @param sameLocation towards a tunnel inside the location, where replies to an internal IP would
   *     not take the tunnel
   */
  Optional<IpAddress> of(Family family, boolean sameLocation) {
    return (sameLocation ? inside : outside).computeIfAbsent(family, f -> choose(f, sameLocation));
  }

  private Optional<IpAddress> choose(Family family, boolean sameLocation) {
    var internal =
        self.meshedIPs().stream()
            .filter(
                a -> a.family() == family && (underlay.links().isEmpty() || underlay.hasAddress(a)))
            .findFirst();
    if (internal.isPresent() && !sameLocation) {
      return internal;
    }
    return Underlay.of(self.addresses(), family);
  }
}
