package dev.weft.operator.publish;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;

/**
 * What a changed status says that no problem of a plan does, and an administrator must know. Pure.
 *
 * @param type of the Event, {@code Normal} or {@code Warning}
 * @param note its text
 */
record Transition(String type, String reason, String note) {
  private static final String HELD = "Held";
  private static final String SILENT = "AgentSilent";

  /** Of a mesh: it is held, or no longer. */
  static Optional<Transition> ofMesh(List<Condition> before, List<Condition> after) {
    return of(
        Conditions.find(before, "Planned"),
        Conditions.find(after, "Planned"),
        HELD,
        new Transition("Normal", "Released", "held no longer; changes are published again"));
  }

  /** Of a mesh: gateways are frozen, or no longer. */
  static Optional<Transition> ofFailover(List<Condition> before, List<Condition> after) {
    return of(
        Conditions.find(before, "Failover"),
        Conditions.find(after, "Failover"),
        MeshStatuses.FROZEN,
        new Transition("Normal", "FailoverResumed", "no gateway is frozen any more"));
  }

  /** Of a WireGuardNode: its agent fell silent, or is heard of again. */
  static Optional<Transition> ofNode(List<Condition> before, List<Condition> after) {
    return of(
        Conditions.find(before, "Ready"),
        Conditions.find(after, "Ready"),
        SILENT,
        new Transition("Normal", "AgentHeard", "its agent renews its Lease again"));
  }

  private static Optional<Transition> of(
      Optional<Condition> before, Optional<Condition> after, String reason, Transition end) {
    boolean was = before.filter(c -> c.getReason().equals(reason)).isPresent();
    var is = after.filter(c -> c.getReason().equals(reason));
    if (was == is.isPresent()) {
      return Optional.empty();
    }
    return Optional.of(is.map(c -> new Transition("Warning", reason, c.getMessage())).orElse(end));
  }
}
