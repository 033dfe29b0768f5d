package dev.weft.agent.lease;

import dev.weft.api.v1alpha1.NodeRole;
import dev.weft.mesh.view.MeshNode;
import dev.weft.mesh.view.MeshView;
import java.time.Duration;
import java.util.Set;

/**
 * How long a Lease holds, and how often it is renewed.
 *
 * @param duration after which the node counts as gone
 * @param renewEvery well below it
 */
public record LeaseTerms(Duration duration, Duration renewEvery) {
  /** Of gateways that another node could stand in for: losing one is to be seen quickly. */
  public static final LeaseTerms FAST =
      new LeaseTerms(Duration.ofSeconds(10), Duration.ofSeconds(3));

  /**
   * Of nodes whose word decides what becomes of those: gateways of other locations, which say
   * whether they reach them, and the first neighbours, whose renewals show that the way to the API
   * server is open.
   */
  public static final LeaseTerms WITNESS =
      new LeaseTerms(Duration.ofSeconds(20), Duration.ofSeconds(5));

  /** Of all others: no node could do anything about their loss. */
  public static final LeaseTerms SLOW =
      new LeaseTerms(Duration.ofSeconds(60), Duration.ofSeconds(20));

  private static final int NEIGHBOURS = 2;

  /** The terms of a node. */
  public static LeaseTerms of(MeshView view, String nodeName) {
    var replaceable = view.replaceableGateways();
    if (replaceable.contains(nodeName)) {
      return FAST;
    }
    var own = view.node(nodeName);
    if (own.isEmpty() || replaceable.isEmpty()) {
      return SLOW;
    }
    if (own.get().role() == NodeRole.GATEWAY) {
      return WITNESS;
    }
    return isFirstNeighbour(own.get(), view, replaceable) ? WITNESS : SLOW;
  }

  private static boolean isFirstNeighbour(MeshNode own, MeshView view, Set<String> replaceable) {
    return view.nodes().stream()
        .filter(n -> n.location().equals(own.location()) && !replaceable.contains(n.name()))
        .map(MeshNode::name)
        .sorted()
        .limit(NEIGHBOURS)
        .anyMatch(own.name()::equals);
  }
}
