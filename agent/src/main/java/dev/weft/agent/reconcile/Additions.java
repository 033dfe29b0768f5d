package dev.weft.agent.reconcile;

import dev.weft.mesh.dataplane.EgressPlanner;
import dev.weft.mesh.desired.DesiredState;
import dev.weft.mesh.diff.Change;
import dev.weft.mesh.diff.ChangeSet;
import dev.weft.mesh.key.PublicKey;
import java.util.Optional;
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
        all.changes().stream().flatMap(c -> allowed(c, expired).stream()).toList());
  }

  private static Optional<Change> allowed(Change change, Set<PublicKey> expired) {
    return change instanceof Change.Peer p && expired.contains(p.publicKey())
        ? Optional.of(change)
        : change.addition();
  }

  /**
   * The changes that leave the rules of pods as they are: a pod of which nothing is known yet must
   * not leave by another way meanwhile.
   */
  static ChangeSet keepingChosenPods(ChangeSet all, DesiredState desired) {
    int priority = desired.rulePriority() + EgressPlanner.POD_RULES;
    return new ChangeSet(
        all.changes().stream()
            .filter(c -> !(c instanceof Change.RemoveRule(var r) && r.priority() == priority))
            .toList());
  }
}
