package dev.weft.agent.reconcile;

import dev.weft.mesh.dataplane.EgressPlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.key.PublicKey;
import java.util.Map;
import java.util.Set;

/** What may be done while not everything is known: nothing is taken away. Pure. */
final class Additions {
  private Additions() {}

  /**
   * The changes that take nothing away.
   *
   * @param expired Peers whose time is over; what is known of them is certain, so they go
   */
  static ChangeSet of(ChangeSet all, Set<PublicKey> expired) {
    return new ChangeSet(
        all.changes().stream()
            .filter(c -> isAllowed(c, expired))
            .map(Additions::withoutRemovals)
            .toList());
  }

  /**
   * The changes that leave the rules of pods as they are: a pod of which nothing was told yet must
   * not leave by another way meanwhile.
   */
  static ChangeSet keepingChosenPods(ChangeSet all, DesiredState desired) {
    int priority = desired.rulePriority() + EgressPlanner.POD_RULES;
    return new ChangeSet(
        all.changes().stream()
            .filter(c -> !(c instanceof Change.RemoveRule(var r) && r.priority() == priority))
            .toList());
  }

  private static Change withoutRemovals(Change change) {
    return change instanceof Change.UpdateFirewallSets(var add, var remove)
        ? new Change.UpdateFirewallSets(add, Map.of())
        : change;
  }

  private static boolean isAllowed(Change change, Set<PublicKey> expired) {
    return switch (change) {
      case Change.RemovePeer(var device, var key) -> expired.contains(key);
      case Change.RemoveAllowedIPs(var device, var key, var allowedIPs) -> expired.contains(key);
      case Change.RemoveTunnel r -> false;
      case Change.RemoveNeighbour r -> false;
      case Change.RemoveForwarding r -> false;
      case Change.RemoveAddress r -> false;
      case Change.RemoveNextHop r -> false;
      case Change.RemoveRoute r -> false;
      case Change.RemoveRule r -> false;
      case Change.UpdateFirewallSets(Map<?, ?> add, var remove) -> !add.isEmpty();
      case Change.CreateDevice a -> true;
      case Change.ReplaceTunnel a -> true;
      case Change.SetNeighbour a -> true;
      case Change.SetForwarding a -> true;
      case Change.ConfigureDevice a -> true;
      case Change.SetLink a -> true;
      case Change.SetLinkSettings a -> true;
      case Change.AddAddress a -> true;
      case Change.SetPeer a -> true;
      case Change.SetNextHop a -> true;
      case Change.SetNextHopGroup a -> true;
      case Change.SetRoute a -> true;
      case Change.AddRule a -> true;
      case Change.ReplaceFirewall a -> true;
    };
  }
}
