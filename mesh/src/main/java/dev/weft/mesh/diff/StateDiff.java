package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import java.util.ArrayList;

/**
 * What has to change in a kernel so that it is as wanted.
 *
 * <p>Order: links, addresses and the packet filter first, then peers, next hops, routes and rules,
 * for a packet must not find a route whose tunnel isn't there; then what is no longer wanted, from
 * the rules down.
 */
public final class StateDiff {
  private StateDiff() {}

  /** The changes; empty where all is right. Pure: equal values give equal changes. */
  public static ChangeSet diff(DesiredState desired, KernelSnapshot seen) {
    var add = new ArrayList<Change>();
    var remove = new ArrayList<Change>();
    LinkDiff.diff(desired, seen, add, remove);
    FirewallDiff.diff(desired.firewall(), seen.firewall(), add);
    var peerRemovals = new ArrayList<Change>();
    PeerDiff.diff(desired, seen, add, peerRemovals);
    RouteDiff.diff(desired, seen, add, remove);
    // Peers go last: while a route still leads there, a packet without a peer would be answered
    // with an error.
    remove.addAll(peerRemovals);
    add.addAll(remove);
    return new ChangeSet(add);
  }
}
