package dev.weft.mesh.plan;

import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Hands out mesh addresses: the lowest that is free, and those that are to be avoided last. What
 * was handed out before has to be taken first.
 */
final class AddressAllocation {
  private final Map<Family, Prefix> ranges = new EnumMap<>(Family.class);
  private final Map<Family, IpAddress> next = new EnumMap<>(Family.class);
  private final Set<IpAddress> taken = new HashSet<>();
  private final Set<IpAddress> avoided = new TreeSet<>();
  private final List<Prefix> blocked = new java.util.ArrayList<>();

  AddressAllocation(List<Prefix> ranges) {
    for (var range : ranges) {
      this.ranges.put(range.family(), range);
      // The network address itself is left out: many tools refuse it as a host's.
      next.put(range.family(), range.isHost() ? range.address() : range.address().plus(1));
    }
  }

  Set<Family> families() {
    return ranges.keySet();
  }

  /** Whether the address is of the mesh's range and free; takes it then. */
  boolean take(IpAddress address) {
    var range = ranges.get(address.family());
    return range != null && range.contains(address) && isFree(address) && taken.add(address);
  }

  /** Hands these out when no other address is free. */
  void avoid(List<IpAddress> addresses) {
    avoided.addAll(addresses);
  }

  /** Keeps a prefix inside the range from being handed out. */
  void block(Prefix prefix) {
    if (prefix.isHost()) {
      taken.add(prefix.address());
    } else {
      blocked.add(prefix);
    }
  }

  /** The lowest free address; empty when the range is used up. */
  Optional<IpAddress> allocate(Family family) {
    var range = ranges.get(family);
    var at = next.get(family);
    if (range == null || at == null) {
      return Optional.empty();
    }
    while (range.contains(at)) {
      if (!isBroadcast(range, at) && !avoided.contains(at) && isFree(at) && taken.add(at)) {
        next.put(family, at.plus(1));
        return Optional.of(at);
      }
      at = at.plus(1);
    }
    next.put(family, at);
    return avoided.stream()
        .filter(a -> a.family() == family && !a.equals(range.address()) && !isBroadcast(range, a))
        .filter(this::take)
        .findFirst();
  }

  private boolean isFree(IpAddress address) {
    return !taken.contains(address) && blocked.stream().noneMatch(p -> p.contains(address));
  }

  private static boolean isBroadcast(Prefix range, IpAddress address) {
    return range.family() == Family.IPV4 && range.length() < 31 && !range.contains(address.plus(1));
  }
}
