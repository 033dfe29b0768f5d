package dev.weft.cli.peer;

import dev.weft.cli.InputException;
import dev.weft.mesh.cluster.ClusterState;
import dev.weft.mesh.net.Family;
import dev.weft.mesh.net.IpAddress;
import dev.weft.mesh.net.Prefix;

/**
 * An address for a router with networks behind it: the highest that is free in the mesh's range.
 */
final class FreeAddress {
  private FreeAddress() {}

  /**
   * Neither a node's nor a Peer's, nor recorded for one.
   *
   * @throws InputException if there is none
   */
  static IpAddress highest(ClusterState state) {
    var view =
        state.views().stream()
            .findFirst()
            .orElseThrow(() -> new InputException("no mesh is in force; see 'weft status'"));
    var range = view.mesh().addresses().getFirst();
    var last =
        range.length() >= range.family().bits() - 1
            ? range.address()
            : lastOf(range).plus(range.family() == Family.IPV4 ? -1 : 0);
    for (var at = last; range.contains(at); at = at.plus(-1)) {
      var candidate = Prefix.host(at);
      boolean taken =
          view.nodes().stream().anyMatch(n -> n.addresses().contains(candidate.address()))
              || view.peers().stream()
                  .anyMatch(p -> p.allowedIPs().stream().anyMatch(a -> a.overlaps(candidate)))
              || state.peers().values().stream()
                  .anyMatch(s -> s.addresses().contains(candidate.address().toString()));
      if (!taken) {
        return at;
      }
    }
    throw new InputException("no mesh address is free; name one with --address");
  }

  private static IpAddress lastOf(Prefix range) {
    int host = range.family().bits() - range.length();
    return range.address().plus(host >= 62 ? Long.MAX_VALUE >> 1 : (1L << host) - 1);
  }
}
