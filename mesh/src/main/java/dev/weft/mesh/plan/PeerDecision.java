package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import java.util.List;

/**
 * What becomes of a Peer.
 *
 * @param name metadata.name
 * @param effective to be in force; at most one; empty: nothing
 * @param gateway the gateway of its location, where it is attached to one; else empty
 * @param problems what was left out of it and why
 */
public record PeerDecision(
    String name, List<EffectivePeer> effective, String gateway, List<Problem> problems) {
  public PeerDecision {
    effective = List.copyOf(effective);
    problems = List.copyOf(problems);
  }

  /** Whether the spec as written is in force. */
  public boolean accepted() {
    return problems.stream().noneMatch(p -> p.severity() == Severity.ERROR);
  }
}
