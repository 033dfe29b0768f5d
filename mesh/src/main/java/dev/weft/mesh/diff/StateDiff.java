package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import java.util.ArrayList;

/**
 * What has to change in a kernel so that it is as wanted.
 *
 * <p>Order: the packet filter first, so that no link is unguarded (and last where the guarded links
 * go), links and addresses, then peers, next hops, routes and rules, for a packet must not find a
 * route whose tunnel isn't there; then what is no longer wanted, from the rules down.
 */
public final class StateDiff {
  private StateDiff() {}

  /** The changes; empty where all is right. Pure: equal values give equal changes. */
  public static ChangeSet diff(DesiredState desired, KernelSnapshot read) {
    var seen = TunnelDiff.withoutReplaced(desired.encapsulation(), read);
    var add = new ArrayList<Change>();
    var remove = new ArrayList<Change>();
    var tunnelRemovals = new ArrayList<Change>();
    boolean unguarded =
        !desired.firewall().guard().isActive() && !seen.encapsulation().tunnels().isEmpty();
    var lastOfAll = new ArrayList<Change>();
    FirewallDiff.diff(desired.firewall(), seen.firewall(), unguarded ? lastOfAll : add);
    TunnelDiff.diff(desired.encapsulation(), seen, add, tunnelRemovals);
    LinkDiff.diff(desired, seen, add, remove);
    var replace = new ArrayList<Change>();
    RouteDiff.diff(desired, seen, add, replace, remove);
    var peerRemovals = new ArrayList<Change>();
    PeerDiff.diff(desired, seen, add, peerRemovals);
    add.addAll(replace);
    // Peers go last: while a route still leads there, a packet without a peer would be answered
    // with an error.
    remove.addAll(peerRemovals);
    remove.addAll(tunnelRemovals);
    remove.addAll(lastOfAll);
    add.addAll(remove);
    return new ChangeSet(add);
  }
}
