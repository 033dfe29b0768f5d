package dev.weft.mesh.plan;

import dev.weft.api.v1alpha1.EffectivePeer;
import dev.weft.mesh.problem.Problem;
import dev.weft.mesh.problem.Severity;
import java.util.List;
import java.util.Set;

/**
 * What becomes of a Peer.
 *
 * @param name metadata.name
 * @param effective to be in force; at most one; empty: nothing
 * @param gateway the gateway of its location, where it is attached to one; else empty
 * @param addresses mesh addresses that are allocated to it, also while nothing is in force
 * @param needs what has to be made for it first
 * @param problems what was left out of it and why
 */
public record PeerDecision(
    String name,
    List<EffectivePeer> effective,
    String gateway,
    List<String> addresses,
    Set<PeerNeed> needs,
    List<Problem> problems) {
  public PeerDecision {
    effective = List.copyOf(effective);
    addresses = List.copyOf(addresses);
    needs = Set.copyOf(needs);
    problems = List.copyOf(problems);
  }

  /** Nothing in force. */
  static PeerDecision none(String name, List<String> addresses, List<Problem> problems) {
    return new PeerDecision(name, List.of(), "", addresses, Set.of(), problems);
  }

  /** Whether the spec as written is in force. */
  public boolean accepted() {
    return problems.stream().noneMatch(p -> p.severity() == Severity.ERROR);
  }
}
