package dev.weft.mesh.plan.gateway;

import dev.weft.mesh.snapshot.Liveness;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Who is the gateway of a location: the only place where this is decided. */
public final class GatewayChoice {
  /**
   * A node as a possible gateway.
   *
   * @param name of the Node
   * @param preference what its annotation says
   * @param hasEndpoint whether other locations can reach it first
   * @param isObserved whether others see where it is behind its NAT
   * @param hasKey whether it has a vetted key
   * @param isSound whether its agent reports no fault in what it has read and applied
   * @param liveness what its Lease says
   * @param isCurrent whether it is the gateway now
   * @param isGateway whether it is a gateway beside that one, whose tunnels are there already
   * @param isLeaving whether it is cordoned or drained, so that it may be gone soon
   * @param reportedAt when its agent first reported, seconds of the epoch; 0: not yet, or unknown
   */
  public record Candidate(
      String name,
      GatewayPreference preference,
      boolean hasEndpoint,
      boolean isObserved,
      boolean hasKey,
      boolean isSound,
      Liveness liveness,
      boolean isCurrent,
      boolean isGateway,
      boolean isLeaving,
      long reportedAt) {}

  private static final Comparator<Candidate> ORDER =
      Comparator.comparing((Candidate c) -> c.preference() != GatewayPreference.PREFERRED)
          .thenComparing(c -> !c.isCurrent())
          .thenComparing(Candidate::isLeaving)
          .thenComparing(c -> c.liveness() == Liveness.AGENT_SILENT)
          .thenComparing(c -> !c.isGateway())
          .thenComparing(c -> !c.isSound())
          .thenComparing(c -> !c.hasEndpoint())
          .thenComparing(Candidate::name);

  private GatewayChoice() {}

  /**
   * Annotation, then who it is now, then a node that stays, then a living agent, then a gateway
   * that the location has beside this one, then an agent without a fault, then a usable endpoint,
   * then the name; dead nodes only if all are dead, for then the fault is elsewhere. A node that
   * leaves hands over to the best of its {@link #successors}, whatever its annotation says. Empty
   * if no node may or can.
   */
  static Optional<String> choose(Collection<Candidate> candidates) {
    var able = candidates.stream().filter(Candidate::hasKey).toList();
    return best(able).map(best -> best(successors(able, best)).orElse(best)).map(Candidate::name);
  }

  /**
   * The nodes that can take over at once from one that is cordoned or drained; none: it isn't, or
   * it keeps the role. Their agents renew their Leases and report no fault, and other locations can
   * call them if they can call the node that leaves.
   */
  static List<Candidate> successors(Collection<Candidate> candidates, Candidate leaving) {
    return !leaving.isLeaving()
        ? List.of()
        : candidates.stream()
            .filter(c -> c.hasKey() && c.isSound() && c.liveness() == Liveness.ALIVE)
            .filter(c -> !c.isLeaving() && c.preference() != GatewayPreference.NEVER)
            .filter(c -> c.hasEndpoint() || !leaving.hasEndpoint())
            .toList();
  }

  /**
   * Whether a location that has no gateway would choose another node if only that one had its key
   * already. Agents of a new mesh start together but report one after the other; without a pause
   * the first to report would be the gateway for good.
   */
  static boolean awaitsABetter(Collection<Candidate> candidates) {
    return candidates.stream().noneMatch(Candidate::isCurrent)
        && best(candidates).filter(c -> !c.hasKey()).isPresent();
  }

  private static Optional<Candidate> best(Collection<Candidate> candidates) {
    var willing =
        candidates.stream().filter(c -> c.preference() != GatewayPreference.NEVER).toList();
    var healthy = willing.stream().filter(c -> c.liveness() != Liveness.EXPIRED).toList();
    return (healthy.isEmpty() ? willing : healthy).stream().min(ORDER);
  }
}
