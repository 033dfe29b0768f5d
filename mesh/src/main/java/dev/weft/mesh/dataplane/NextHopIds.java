package dev.weft.mesh.dataplane;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.TreeSet;

/**
 * The IDs of next-hop objects, relative to the mesh's base; the same on every run, so that a
 * restarted agent finds its own again.
 *
 * <pre>
 * 0x000010 + 2 lane + f   device of a lane
 * 0x000100 + 2 ordinal + f  own gateway; ordinal 0 where there is but one
 * 0x000200 + f            group: through the own gateway
 * 0x000300 + f            group: lane 0, to segments of a single node
 * 0x000310 + 2 lane + f   group: one lane alone, to the mesh address of a gateway
 * 0x010000 … 0x0fffff     groups: of routes with an MTU of their own, see {@code mesh.pathmtu}
 * 0x100000 … 0xffffff     groups: to a remote location, by hash of its name, 2 h + f
 * </pre>
 */
final class NextHopIds {
  private static final int LOCATION_SLOTS = (0x1000000 - 0x100000) / 2;

  private final long base;
  private final Map<String, Integer> slots = new HashMap<>();

  NextHopIds(long base, Collection<String> locations) {
    this.base = base;
    var taken = new HashSet<Integer>();
    for (var location : new TreeSet<>(locations)) {
      int slot = Math.floorMod(spread(location.hashCode()), LOCATION_SLOTS);
      while (!taken.add(slot)) {
        slot = (slot + 1) % LOCATION_SLOTS;
      }
      slots.put(location, slot);
    }
  }

  static NextHopIds of(MeshView view) {
    return new NextHopIds(
        view.mesh().spec().routing().nextHopBase(),
        view.nodes().stream().map(MeshNode::location).distinct().toList());
  }

  private static int spread(int hash) {
    int h = hash * 0x9e3779b9;
    return h ^ h >>> 15;
  }

  private static int offset(Family family) {
    return family == Family.IPV4 ? 0 : 1;
  }

  long lane(int lane, Family family) {
    return base + 0x10 + 2L * lane + offset(family);
  }

  long ownGateway(int ordinal, Family family) {
    return base + 0x100 + 2L * ordinal + offset(family);
  }

  long ownGatewayGroup(Family family) {
    return base + 0x200 + offset(family);
  }

  long singleNodeGroup(Family family) {
    return base + 0x300 + offset(family);
  }

  long laneGroup(int lane, Family family) {
    return base + 0x310 + 2L * lane + offset(family);
  }

  long locationGroup(String location, Family family) {
    var slot = slots.get(location);
    if (slot == null) {
      throw new IllegalArgumentException("no such location: " + location);
    }
    return base + 0x100000 + 2L * slot + offset(family);
  }
}
