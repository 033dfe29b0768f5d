package dev.weft.mesh.diff;

import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.kernel.KernelSnapshot;
import dev.weft.mesh.key.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What has to change in a kernel so that it is as wanted.
 *
 * <p>Order: the packet filter first, so that no link is unguarded (and last where the guarded links
 * go), links and addresses, then peers, next hops, routes and rules, for a packet must not find a
 * route whose tunnel isn't there; then what is no longer wanted, from the rules down.
 */
public final class StateDiff {
  private StateDiff() {}

  /**
   * The same, and the removal of devices that are not wanted any more: last of all, when nothing
   * leads there.
   *
   * @param ownKeys of all devices that the node may have. Only a device with one of them is known
   *     to be Weft's: a device of somebody else's with such a name has another key
   */
  public static ChangeSet diff(DesiredState desired, KernelSnapshot read, Set<PublicKey> ownKeys) {
    var changes = new ArrayList<>(diff(desired, read).changes());
    if (ForeignDevice.of(desired, read).isEmpty()) {
      read.devices().stream()
          .filter(d -> desired.device(d.name()).isEmpty())
          .filter(d -> d.publicKey().filter(ownKeys::contains).isPresent())
          .forEach(d -> changes.add(new Change.RemoveDevice(d.name())));
    }
    return new ChangeSet(changes);
  }

  /**
   * The changes; empty where all is right, and where a link of the host is in the way. Pure: equal
   * values give equal changes.
   */
  public static ChangeSet diff(DesiredState desired, KernelSnapshot read) {
    if (ForeignDevice.of(desired, read).isPresent()) {
      return new ChangeSet(List.of());
    }
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
