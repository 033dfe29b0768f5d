package dev.weft.agent.lease;

import dev.weft.mesh.view.MeshView;
import java.time.Duration;

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

  /** Of all others: nobody could do anything about their loss. */
  public static final LeaseTerms SLOW =
      new LeaseTerms(Duration.ofSeconds(60), Duration.ofSeconds(20));

  /** The terms of a node. */
  public static LeaseTerms of(MeshView view, String nodeName) {
    return view.replaceableGateways().contains(nodeName) ? FAST : SLOW;
  }
}
